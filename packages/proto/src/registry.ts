/**
 * The type registry: every message, enum, service and extension of our .proto files, and look-up by type URL.
 * @module
 */
import { createRegistry, type DescFile, type DescMessage, type Registry } from "@bufbuild/protobuf";
import { LocalError } from "@enclavenet/common";
import { files } from "./gen/files.ts";

/** All types of the generated files. Pass it where protobuf-es or Connect ask for a registry. */
export const registry: Registry = createRegistry(...files);

/** Our .proto files and, before them, those of google.protobuf that they import: every file after what it needs. */
export function allFiles(): readonly DescFile[] {
  const found = new Set<DescFile>();
  const visit = (file: DescFile): void => {
    if (found.has(file)) return;
    file.dependencies.forEach(visit);
    found.add(file);
  };
  files.forEach(visit);
  return [...found];
}

/** "/cosmos.bank.v1beta1.MsgSend" of a schema, as the chain writes type URLs. */
export function typeUrlOf(schema: DescMessage): string {
  return `/${schema.typeName}`;
}

/** Schema behind a type URL (any text up to the last slash is ignored), or undefined when the type is not known. */
export function findMessage(typeUrl: string): DescMessage | undefined {
  return registry.getMessage(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
}

/** As {@link findMessage}, but throws `PROTO_UNKNOWN_TYPE`. */
export function messageByTypeUrl(typeUrl: string): DescMessage {
  const schema = findMessage(typeUrl);
  if (schema === undefined) throw new LocalError("PROTO_UNKNOWN_TYPE", `unable to resolve type URL ${typeUrl}`);
  return schema;
}

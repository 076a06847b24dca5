/**
 * Look-up in the descriptors that reflection shows: files by name, by symbol and by extension.
 * @module
 */
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { allFiles, type DescFile, type DescMessage } from "@enclavenet/proto";

type DescEnum = DescFile["enums"][number];
type DescExtension = DescFile["extensions"][number];

/** Names of one enum; its values are named like its neighbours, not below it. */
function enumSymbols({ typeName, values }: DescEnum): string[] {
  const scope = typeName.slice(0, typeName.lastIndexOf(".") + 1);
  return [typeName, ...values.map(({ name }) => `${scope}${name}`)];
}

function messageSymbols(message: DescMessage): string[] {
  const { typeName, fields, oneofs, nestedEnums, nestedMessages, nestedExtensions } = message;
  return [
    typeName,
    ...[...fields, ...oneofs].map(({ name }) => `${typeName}.${name}`),
    ...nestedEnums.flatMap(enumSymbols),
    ...nestedMessages.flatMap(messageSymbols),
    ...nestedExtensions.map((extension) => extension.typeName),
  ];
}

function fileSymbols(file: DescFile): string[] {
  return [
    ...file.messages.flatMap(messageSymbols),
    ...file.enums.flatMap(enumSymbols),
    ...file.extensions.map(({ typeName }) => typeName),
    ...file.services.flatMap(({ typeName, methods }) => [
      typeName,
      ...methods.map(({ name }) => `${typeName}.${name}`),
    ]),
  ];
}

function nestedExtensions(message: DescMessage): DescExtension[] {
  return [...message.nestedExtensions, ...message.nestedMessages.flatMap(nestedExtensions)];
}

function fileExtensions(file: DescFile): DescExtension[] {
  return [...file.extensions, ...file.messages.flatMap(nestedExtensions)];
}

export class DescriptorIndex {
  readonly #files = new Map<string, DescFile>();
  readonly #bySymbol = new Map<string, DescFile>();
  /** By type that is extended, then by number. */
  readonly #extensions = new Map<string, Map<number, DescFile>>();
  readonly #encoded = new Map<DescFile, Uint8Array>();

  constructor(files: Iterable<DescFile> = allFiles()) {
    for (const file of files) {
      this.#files.set(file.proto.name, file);
      for (const symbol of fileSymbols(file)) this.#bySymbol.set(symbol, file);
      for (const message of file.messages) this.#addExtendable(message);
      for (const { extendee, number } of fileExtensions(file)) {
        const numbers = this.#extensions.get(extendee.typeName) ?? new Map<number, DescFile>();
        this.#extensions.set(extendee.typeName, numbers.set(number, file));
      }
    }
  }

  /** Types may be asked for although nothing extends them. */
  #addExtendable(message: DescMessage): void {
    if (!this.#extensions.has(message.typeName)) this.#extensions.set(message.typeName, new Map());
    for (const nested of message.nestedMessages) this.#addExtendable(nested);
  }

  file(name: string): DescFile | undefined {
    return this.#files.get(name);
  }

  /** File of a type, field, oneof, value, extension, service or method. */
  fileOfSymbol(symbol: string): DescFile | undefined {
    return this.#bySymbol.get(symbol);
  }

  fileOfExtension(extended: string, number: number): DescFile | undefined {
    return this.#extensions.get(extended)?.get(number);
  }

  /** Numbers of all extensions of a type, ascending; undefined for a type that does not exist. */
  extensionNumbers(extended: string): readonly number[] | undefined {
    const numbers = this.#extensions.get(extended);
    return numbers === undefined ? undefined : [...numbers.keys()].sort((a, b) => a - b);
  }

  /** The file as google.protobuf.FileDescriptorProto. */
  encoded(file: DescFile): Uint8Array {
    let bytes = this.#encoded.get(file);
    if (bytes === undefined) {
      bytes = toBinary(FileDescriptorProtoSchema, file.proto);
      this.#encoded.set(file, bytes);
    }
    return bytes;
  }
}

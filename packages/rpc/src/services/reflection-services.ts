/**
 * The SDK's own reflection services: interfaces and what implements them, the description of the application, all files
 * (spec 04 §4.2, "gRPC-only"). They are made of the descriptors, so they cannot say anything that is not there.
 * @module
 */
import {
  type AddressCodec,
  allFiles,
  cosmosReflection,
  cosmosTxSigning,
  create,
  type DescMessage,
  namesSigners,
  type Rpc,
  registry,
  rpcs,
  servedServices,
  typeUrlOf,
  cosmosBaseReflectionV1beta1 as v1beta1,
  cosmosBaseReflectionV2alpha1 as v2alpha1,
} from "@enclavenet/proto";
import { type Handlers, handler } from "./handlers.ts";
import { GrpcCode, GrpcError } from "./status.ts";

const MSG = "cosmos.base.v1beta1.Msg";

/** Modes in which the chain verifies signatures (spec 04 §6.3). */
const SIGN_MODES = ["DIRECT", "LEGACY_AMINO_JSON", "EIP_191"] as const;

/** Type URLs of messages, sorted. */
function urlsOf(schemas: Iterable<DescMessage>): readonly string[] {
  return [...new Set([...schemas].map(typeUrlOf))].sort();
}

function typesNamed(pattern: RegExp): readonly string[] {
  const schemas = [...registry].filter((type) => type.kind === "message");
  return urlsOf(schemas.filter(({ typeName }) => pattern.test(typeName)));
}

/** The methods whose inputs are messages of transactions. */
const messageMethods = [...rpcs.values()].filter(({ service, request }) => {
  return !servedServices.includes(service) && namesSigners(request);
});

/** Interfaces by name, with the type URLs of what implements them. */
const INTERFACES: ReadonlyMap<string, readonly string[]> = new Map([
  ["cosmos.auth.v1beta1.AccountI", typesNamed(/^cosmos\.auth\.v1beta1\.\w+Account$/)],
  [MSG, urlsOf(messageMethods.map(({ request }) => request))],
  ["cosmos.crypto.PubKey", typesNamed(/^cosmos\.crypto\.\w+\.(PubKey|LegacyAminoPubKey)$/)],
  ["cosmos.tx.v1beta1.MsgResponse", urlsOf(messageMethods.map(({ response }) => response))],
  ["cosmos.tx.v1beta1.Tx", ["/cosmos.tx.v1beta1.Tx"]],
]);

/** What the services need to know of the node. */
export interface ReflectionParts {
  readonly addresses: AddressCodec;
  served(): readonly Rpc[];
}

/** The prefix of account addresses: what stands before the last 1 of any of them. */
function addressPrefix({ toText }: AddressCodec): string {
  const text = toText(new Uint8Array(20));
  return text.slice(0, text.lastIndexOf("1"));
}

function signModes() {
  return SIGN_MODES.map((name) => ({ name: `SIGN_MODE_${name}`, number: cosmosTxSigning.SignMode[name] }));
}

function queryServices(served: readonly Rpc[]) {
  const names = [...new Set(served.map(({ service }) => service.typeName))];
  return names.map((fullname) => {
    const methods = served.filter(({ service }) => service.typeName === fullname);
    return {
      fullname,
      methods: methods.map(({ method, fullName }) => ({ name: method.name, fullQueryPath: fullName })),
    };
  });
}

function implementations({ interfaceName }: v1beta1.ListImplementationsRequest) {
  if (interfaceName === "") throw new GrpcError(GrpcCode.invalidArgument, "invalid interface name");
  return create(v1beta1.ListImplementationsResponseSchema, {
    implementationMessageNames: [...(INTERFACES.get(interfaceName) ?? [])],
  });
}

function codec() {
  const interfaces = [...INTERFACES].map(([fullname, urls]) => ({
    fullname,
    interfaceImplementers: urls.map((typeUrl) => ({ fullname: typeUrl.slice(1), typeUrl })),
  }));
  return create(v2alpha1.GetCodecDescriptorResponseSchema, { codec: { interfaces } });
}

function tx() {
  const msgs = (INTERFACES.get(MSG) ?? []).map((msgTypeUrl) => ({ msgTypeUrl }));
  return create(v2alpha1.GetTxDescriptorResponseSchema, { tx: { fullname: "cosmos.tx.v1beta1.Tx", msgs } });
}

/** Handlers by full method name. */
export function reflectionServices({ addresses, served }: ReflectionParts): Handlers {
  const first = "/cosmos.base.reflection.v1beta1.ReflectionService/";
  const second = "/cosmos.base.reflection.v2alpha1.ReflectionService/";
  return {
    [`${first}ListAllInterfaces`]: handler(v1beta1.ListAllInterfacesRequestSchema, () =>
      create(v1beta1.ListAllInterfacesResponseSchema, { interfaceNames: [...INTERFACES.keys()] }),
    ),
    [`${first}ListImplementations`]: handler(v1beta1.ListImplementationsRequestSchema, (_backend, request) =>
      implementations(request),
    ),
    [`${second}GetAuthnDescriptor`]: handler(v2alpha1.GetAuthnDescriptorRequestSchema, () =>
      create(v2alpha1.GetAuthnDescriptorResponseSchema, { authn: { signModes: signModes() } }),
    ),
    [`${second}GetChainDescriptor`]: handler(v2alpha1.GetChainDescriptorRequestSchema, ({ engine }) =>
      create(v2alpha1.GetChainDescriptorResponseSchema, { chain: { id: engine.status().chainId } }),
    ),
    [`${second}GetCodecDescriptor`]: handler(v2alpha1.GetCodecDescriptorRequestSchema, codec),
    [`${second}GetConfigurationDescriptor`]: handler(v2alpha1.GetConfigurationDescriptorRequestSchema, () =>
      create(v2alpha1.GetConfigurationDescriptorResponseSchema, {
        config: { bech32AccountAddressPrefix: addressPrefix(addresses) },
      }),
    ),
    [`${second}GetQueryServicesDescriptor`]: handler(v2alpha1.GetQueryServicesDescriptorRequestSchema, () =>
      create(v2alpha1.GetQueryServicesDescriptorResponseSchema, {
        queries: { queryServices: queryServices(served()) },
      }),
    ),
    [`${second}GetTxDescriptor`]: handler(v2alpha1.GetTxDescriptorRequestSchema, tx),
    "/cosmos.reflection.v1.ReflectionService/FileDescriptors": handler(
      cosmosReflection.FileDescriptorsRequestSchema,
      () => create(cosmosReflection.FileDescriptorsResponseSchema, { files: allFiles().map(({ proto }) => proto) }),
    ),
  };
}

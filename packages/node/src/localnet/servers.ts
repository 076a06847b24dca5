/**
 * The servers of a local network: CometBFT RPC, REST, faucet.
 * @module
 */
import { isIPv6 } from "node:net";
import type { Logger } from "@enclavenet/common";
import { LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import type { AddressCodec } from "@enclavenet/proto";
import { createCometRpcServer, createFaucetServer, createRestServer, listen, type RpcBackend } from "@enclavenet/rpc";
import { decodeBech32, encodeBech32 } from "@enclavenet/wire";
import { FAUCET_ACCOUNT, LOCAL_ACCOUNTS } from "./accounts.ts";
import type { LocalnetOptions } from "./options.ts";
import { faucetWallet } from "./wallet.ts";

export interface Servers {
  readonly urls: { readonly rpc: string; readonly rest: string; readonly faucet: string };
  close(): Promise<void>;
}

interface ServerParts {
  readonly options: LocalnetOptions;
  readonly backend: RpcBackend;
  readonly primitives: Primitives;
  readonly logger: Logger;
}

/** Bech32 with one prefix; empty bytes are empty text. */
function addressCodec(prefix: string): AddressCodec {
  return {
    toText: (bytes) => (bytes.length === 0 ? "" : encodeBech32(prefix, bytes)),
    fromText(text) {
      if (text === "") return new Uint8Array(0);
      const decoded = decodeBech32(text);
      if (decoded.prefix !== prefix)
        throw new LocalError("ADDRESS_PREFIX", `expected an address that starts with ${prefix}1`);
      return decoded.data;
    },
  };
}

/** The error for an address that no server of this machine can listen on. */
function hostUnusable(host: string, cause: unknown): LocalError | undefined {
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (!["EADDRNOTAVAIL", "EAI_AGAIN", "EINVAL", "ENOTFOUND"].includes(code)) return undefined;
  const fix = "give an address of this machine with --host";
  return new LocalError("HOST_UNUSABLE", `cannot listen on ${host}`, { fix, cause });
}

/** Starts all servers; those that started are closed again when one cannot. */
export async function startServers({ options, backend, primitives, logger }: ServerParts): Promise<Servers> {
  const account = LOCAL_ACCOUNTS.find(({ name }) => name === FAUCET_ACCOUNT);
  if (account === undefined) throw new LocalError("FAUCET_ACCOUNT", "the faucet's account is not among the accounts");
  const wallet = faucetWallet({ primitives, account, chainId: options.chainId, backend });
  const rpc = await createCometRpcServer(backend, logger.child("rpc"));
  const rest = await createRestServer({
    backend,
    logger: logger.child("rest"),
    addresses: addressCodec("secret"),
    consensusAddresses: addressCodec("secretvalcons"),
  });
  const faucet = await createFaucetServer(wallet, logger.child("faucet"));
  const close = async (): Promise<void> => {
    await Promise.all([rpc.close(), rest.close(), faucet.close()]);
  };
  const { host } = options;
  try {
    const ports = {
      rpc: await listen(rpc, { host, port: options.rpcPort }, "--rpc-port"),
      rest: await listen(rest, { host, port: options.restPort }, "--rest-port"),
      faucet: await listen(faucet, { host, port: options.faucetPort }, "--faucet-port"),
    };
    const url = (port: number) => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
    return { urls: { rpc: url(ports.rpc), rest: url(ports.rest), faucet: url(ports.faucet) }, close };
  } catch (error) {
    await close();
    throw hostUnusable(host, error) ?? error;
  }
}

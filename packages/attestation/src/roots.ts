/**
 * The key of Intel's SGX root authority, which certifies every genuine platform. The key is pinned and not the
 * certificate, so that a certificate issued anew for it is accepted.
 *
 * Serial number 22650CD65A9D3489F383B49552BF501B392706AC, valid until the end of 2049.
 * @module
 */
import { fromHex } from "@enclavenet/common";

/** Uncompressed point. */
export const INTEL_SGX_ROOT_KEY = fromHex(
  "040ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5" +
    "67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394",
);

/**
 * Where the enclave of a TDX domain finds its hardware. Fixed on both sides: the host opens these doors of the process, and no
 * others. Under Gramine the manifest does that.
 * @module
 */
export const TdxFolder = {
  /** configfs-tsm of the guest kernel. */
  reports: "/sys/kernel/config/tsm/report",
  /** In memory: the sealing key of this domain. */
  key: "/run/enclavenet-enclave",
} as const;

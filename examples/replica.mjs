/** Compares a following node with the one it follows: `node examples/replica.mjs LEADER_RPC REPLICA_RPC`. */
const [leader = "http://127.0.0.1:26657", replica = "http://127.0.0.1:26757"] = process.argv.slice(2);

async function get(rpc, path) {
  const response = await fetch(`${rpc}/${path}`);
  return (await response.json()).result;
}

const { sync_info: sync, node_info: node } = await get(replica, "status");
const last = Number(sync.latest_block_height);
for (let height = 1; height <= last; height++) {
  const [one, other] = await Promise.all([leader, replica].map((rpc) => get(rpc, `commit?height=${height}`)));
  const [a, b] = [one, other].map(({ signed_header: { header } }) => header.app_hash);
  if (a !== b) throw new Error(`height ${height}: the leader has app hash ${a}, the replica ${b}`);
}
console.log(`the same app hash at every height up to ${last}, catching up: ${sync.catching_up}`);
console.log(`followed: ${node.other.follow_source}`);

// AssemblyScript.

/** Where a thread writes as it likes: room for two tiles of 6 × 6 vectors. */
export let room: usize = 0;

export function setRoom(address: usize): void {
  room = address;
}

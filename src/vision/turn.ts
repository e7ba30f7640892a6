/**
 * A turn that one thread of the process has at a time, kept in shared memory.
 *
 * Large pictures take turns, so that a burst of them costs the memory of one.
 */
const FREE = 0

export type Turn = Int32Array<SharedArrayBuffer>

export function createTurn(): Turn {
  return new Int32Array(new SharedArrayBuffer(4))
}

/** @param owner number of the thread, not 0; its own calls take turns as well */
export async function inTurn<T>(turn: Turn, owner: number, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const before = Atomics.compareExchange(turn, 0, FREE, owner)
    if (before === FREE) break
    await Atomics.waitAsync(turn, 0, before).value
  }
  try {
    return await work()
  } finally {
    giveUpTurn(turn, owner)
  }
}

/** Frees the turn if `owner` has it: for a thread that died. */
export function giveUpTurn(turn: Turn, owner: number): void {
  if (Atomics.compareExchange(turn, 0, owner, FREE) === owner) Atomics.notify(turn, 0)
}

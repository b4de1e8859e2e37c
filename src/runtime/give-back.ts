// Gives the memory of large buffers back at once. V8 counts what they hold as if it were in its heap: buffers that are
// used once made it mark the whole heap every few megabytes, and until it had, they all lay about.

/** Frees the memory of a buffer that has it alone, and that nobody reads any more: the buffer is empty then. */
export function giveBack({ buffer }: Uint8Array): void {
  // Small buffers share theirs.
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}

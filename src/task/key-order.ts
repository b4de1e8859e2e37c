// Sorts keys by their bytes without making texts of them: byte by byte from the first, and few by comparing.

/** Where the keys of the slots lie. */
interface KeyBytes {
  readonly bytes: Uint8Array;
  readonly from: Uint32Array;
  readonly size: Uint16Array;
}

/** So few are sorted by insertion. */
const FEW = 24;
/** A byte counts one more than it is; 0 is the end of a key, which comes first. */
const PLACES = 257;

interface Range {
  readonly begin: number;
  readonly end: number;
  /** The bytes that its keys have in common. */
  readonly depth: number;
}

/** The slots from `first` up to `end`, in the byte order of their keys, of which no two are the same. */
export function sortedSlots(keys: KeyBytes, first: number, end: number): Uint32Array {
  const slots = new Uint32Array(end - first);
  for (let at = 0; at < slots.length; at++) slots[at] = first + at;
  const moved = new Uint32Array(slots.length);
  const ranges: Range[] = [{ begin: 0, end: slots.length, depth: 0 }];
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    if (range.end - range.begin <= FEW) sortByInsertion(keys, slots, range);
    else spread(keys, slots, moved, range, ranges);
  }
  return slots;
}

/** Sorts a range by the first byte that not all its keys have, and notes the ranges that are left to sort. */
function spread(keys: KeyBytes, slots: Uint32Array, moved: Uint32Array, range: Range, ranges: Range[]): void {
  const { begin, end } = range;
  const ends = new Uint32Array(PLACES + 1);
  let { depth } = range;
  for (; ; depth++) {
    ends.fill(0);
    for (let at = begin; at < end; at++) ends[byteAt(keys, slots[at]!, depth) + 1]!++;
    if (ends[byteAt(keys, slots[begin]!, depth) + 1]! < end - begin) break;
  }
  for (let place = 1; place <= PLACES; place++) ends[place]! += ends[place - 1]!;
  for (let at = begin; at < end; at++) {
    const slot = slots[at]!;
    moved[begin + ends[byteAt(keys, slot, depth)]!++] = slot;
  }
  slots.set(moved.subarray(begin, end), begin);
  for (let place = 0, from = begin; place < PLACES; place++) {
    const to = begin + ends[place]!;
    if (to - from > 1) ranges.push({ begin: from, end: to, depth: depth + 1 });
    from = to;
  }
}

function sortByInsertion(keys: KeyBytes, slots: Uint32Array, { begin, end, depth }: Range): void {
  for (let next = begin + 1; next < end; next++) {
    const slot = slots[next]!;
    let at = next;
    for (; at > begin && isBefore(keys, slot, slots[at - 1]!, depth); at--) slots[at] = slots[at - 1]!;
    slots[at] = slot;
  }
}

function byteAt({ bytes, from, size }: KeyBytes, slot: number, depth: number): number {
  return depth < size[slot]! ? bytes[from[slot]! + depth]! + 1 : 0;
}

/** Whether a key comes before another one; they have so many bytes in common. */
function isBefore(keys: KeyBytes, slot: number, other: number, depth: number): boolean {
  let at = depth;
  while (byteAt(keys, slot, at) === byteAt(keys, other, at)) at++;
  return byteAt(keys, slot, at) < byteAt(keys, other, at);
}

// Gives claw-back lines without an id of their own to the returns that they may belong to.

import { minorOf } from '../domain/money.ts';
import type { Line } from './claims.ts';

/** A return as far as this is about it. */
interface Home {
  readonly amount: bigint;
  lines: Line[];
}

/** The amount that the lines took back, as a positive number: a settlement report has it negative. */
export function clawedBack(lines: readonly Line[]): bigint {
  let sum = 0n;
  for (const { body } of lines) sum -= minorOf(body.gross, body.currency);
  return sum;
}

/** Lines of money of a return that came back. */
export function broughtBack(lines: readonly Line[]): Line[] {
  return lines.filter(({ body }) => body.line_type === 'return_failed');
}

/** What the lines took, without what came back. */
export function taken(lines: readonly Line[]): bigint {
  return clawedBack(lines.filter(({ body }) => body.line_type !== 'return_failed'));
}

/**
 * Gives money that came back to the first of the returns that took this amount, otherwise to the first that took more;
 * what they had before is theirs already. Returns the groups that found no home.
 */
export function giveBack<Group extends { readonly lines: readonly Line[] }>(
  groups: readonly Group[],
  returns: readonly Home[],
): Group[] {
  const homeless: Group[] = [];
  for (const group of groups) {
    const amount = -clawedBack(group.lines);
    const roomOf = ({ amount: whole, lines }: Home) => (taken(lines) || whole) + clawedBack(broughtBack(lines));
    const home = returns.find((entry) => roomOf(entry) === amount) ?? returns.find((entry) => roomOf(entry) > amount);
    if (home === undefined) homeless.push(group);
    else home.lines = [...home.lines, ...group.lines];
  }
  return homeless;
}

/**
 * Each line goes to the first of the returns without a line that has its amount, otherwise to the first with room for
 * it, then to a failed one of its amount, otherwise to the first without a line. Returns the lines that found no home.
 */
export function giveHomes(lines: readonly Line[], returns: readonly Home[], failed: readonly Home[]): Line[] {
  const free = new FreeReturns(returns);
  const freeFailed = new FreeReturns(failed);
  const rooms = new Rooms(returns.map(({ amount }) => amount));
  const homeless: Line[] = [];
  for (const line of lines) {
    const amount = clawedBack([line]);
    const fitting = free.ofAmount(amount) ?? rooms.firstFor(amount);
    const denied = fitting === undefined ? freeFailed.ofAmount(amount) : undefined;
    if (denied !== undefined) {
      failed[denied]!.lines = [line];
      continue;
    }
    const place = fitting ?? free.first();
    if (place === undefined) {
      homeless.push(line);
      continue;
    }
    const home = returns[place]!;
    if (home.lines.length === 0) home.lines = [line];
    else home.lines.push(line);
    rooms.take(place, amount);
  }
  return homeless;
}

/** The returns that have no line yet, by their places. */
class FreeReturns {
  private readonly returns: readonly Home[];
  /** By amount, the last place first. */
  private readonly byAmount = new Map<bigint, number[]>();
  private next = 0;

  constructor(returns: readonly Home[]) {
    this.returns = returns;
    for (let place = returns.length - 1; place >= 0; place--) {
      const { amount } = returns[place]!;
      const places = this.byAmount.get(amount);
      if (places === undefined) this.byAmount.set(amount, [place]);
      else places.push(place);
    }
  }

  ofAmount(amount: bigint): number | undefined {
    const places = this.byAmount.get(amount);
    while (places !== undefined && places.length > 0 && !this.isFree(places.at(-1)!)) places.pop();
    return places?.at(-1);
  }

  first(): number | undefined {
    while (this.next < this.returns.length && !this.isFree(this.next)) this.next++;
    return this.next < this.returns.length ? this.next : undefined;
  }

  private isFree(place: number): boolean {
    return this.returns[place]!.lines.length === 0;
  }
}

/** What each return still has room for, as a tree of the largest rooms: the first that fits is found in few steps. */
class Rooms {
  private readonly width: number;
  private readonly tree: (bigint | undefined)[];

  constructor(rooms: readonly bigint[]) {
    this.width = 1;
    while (this.width < rooms.length) this.width *= 2;
    this.tree = new Array<bigint | undefined>(this.width * 2).fill(undefined);
    for (const [place, room] of rooms.entries()) this.tree[this.width + place] = room;
    for (let node = this.width - 1; node > 0; node--) this.measure(node);
  }

  firstFor(amount: bigint): number | undefined {
    const fits = (node: number) => this.tree[node] !== undefined && this.tree[node]! >= amount;
    if (!fits(1)) return undefined;
    let node = 1;
    while (node < this.width) node = fits(node * 2) ? node * 2 : node * 2 + 1;
    return node - this.width;
  }

  take(place: number, amount: bigint): void {
    let node = this.width + place;
    this.tree[node] = this.tree[node]! - amount;
    for (node >>>= 1; node > 0; node >>>= 1) this.measure(node);
  }

  private measure(node: number): void {
    const [left, right] = [this.tree[node * 2], this.tree[node * 2 + 1]];
    this.tree[node] = left === undefined || (right !== undefined && right > left) ? right : left;
  }
}

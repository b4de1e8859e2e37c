// Passwords: which may be chosen, and how they are stored. A stored one is scrypt with a salt and its parameters, so
// that these can be raised later.

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { HesabuError } from '../../domain/errors.ts';
import { InTurn } from '../../runtime/in-turn.ts';
import { foldedName, type Person } from './person.ts';

export interface PasswordCost {
  /** The base 2 logarithm of N. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** As the OWASP Password Storage Cheat Sheet has it: 32 MiB, and as slow as its first choice of 128 MiB. */
const OWASP: PasswordCost = { logN: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 128;
const DIFFERENT_CHARS_MIN = 5;
/** How many may wait for their turn: each takes a part of a second of a core. */
const WAITING_MAX = 16;
const STORED = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/;
/** Long enough, and among the first that everybody tries. */
const GUESSED = ['password', 'passwort', 'hesabu', '1234567', '7654321', 'abcdefg', 'qwerty', 'azerty', 'asdfgh'];

/** Throws HESABU_PASSWORD_WEAK. Nothing else is asked of a password: length is what counts (NIST SP 800-63B). */
export function demandStrong(password: string, { name, mail }: Pick<Person, 'name' | 'mail'>): void {
  const chars = [...password];
  if (chars.length < PASSWORD_CHARS_MIN) {
    throw weak(`at least ${PASSWORD_CHARS_MIN} characters`, `${chars.length}`);
  }
  const folded = foldedName(password);
  const own = [name, ...name.split(' '), mail?.split('@')[0] ?? ''].map(foldedName).filter((word) => word.length > 3);
  if ([...GUESSED, ...own].some((word) => folded.includes(word))) {
    throw weak('other words than your own name and those that everybody tries', 'one of them');
  }
  if (new Set(folded).size < DIFFERENT_CHARS_MIN) throw weak(`${DIFFERENT_CHARS_MIN} different characters`, 'fewer');
}

function weak(expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_PASSWORD_WEAK', { where: 'password', expected, found });
}

/** Hashes and compares passwords, one at a time: however many try at once, they take one core. */
export class Passwords {
  private readonly cost: PasswordCost;
  /** What a password of nobody is compared with, so that it takes as long as any other. */
  private readonly nobody: string;
  private readonly turns = new InTurn('the number of sign-ins', WAITING_MAX);

  constructor(cost: PasswordCost = OWASP) {
    this.cost = cost;
    this.nobody = storedText(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
  }

  /** Throws HESABU_OVERLOADED, as `isRight` does. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return storedText(this.cost, salt, await this.turns.run(() => derived(password, salt, this.cost)));
  }

  /** Takes the same time, whether there is a stored one and whatever differs. */
  async isRight(stored: string | null, password: string): Promise<boolean> {
    const [, logN, r, p, salt, hash] = STORED.exec(stored ?? this.nobody) ?? STORED.exec(this.nobody)!;
    const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
    const made = await this.turns.run(() => derived(password, Buffer.from(salt!, 'base64url'), cost));
    return timingSafeEqual(made, Buffer.from(hash!, 'base64url')) && stored !== null;
  }
}

function derived(password: string, salt: Buffer, { logN, r, p }: PasswordCost): Promise<Buffer> {
  const N = 2 ** logN;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function storedText({ logN, r, p }: PasswordCost, salt: Buffer, hash: Buffer): string {
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

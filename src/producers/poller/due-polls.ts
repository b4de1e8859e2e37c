// Which payments are due to be polled: those that somebody begun before those that only unsigned callbacks name.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { PollRow } from './poll-row.ts';

const DUE = 'FROM polls WHERE account = ? AND is_guess = ? AND due <= ? ORDER BY due DESC LIMIT ?';

export class DuePolls {
  private readonly selection: StatementSync;
  private readonly counting: StatementSync;
  private readonly first: StatementSync;

  constructor(database: DatabaseSync) {
    this.selection = database.prepare(`SELECT * ${DUE}`);
    this.counting = database.prepare(`SELECT count(*) AS count FROM (SELECT 1 ${DUE})`);
    this.first = database.prepare('SELECT min(due) AS due FROM polls WHERE account = ? AND is_guess = ?');
  }

  /**
   * The latest first: if there are more than the gateway allows, a payment that somebody is waiting for now comes
   * before one that has been silent for long.
   */
  of(account: string, now: Instant, limit: number): readonly PollRow[] {
    const known = this.selection.all(account, 0, now, limit);
    const guesses = known.length < limit ? this.selection.all(account, 1, now, limit - known.length) : [];
    return [...known, ...guesses] as unknown as PollRow[];
  }

  /** How many payments are due, counted up to `limit`. */
  count(account: string, now: Instant, limit: number): number {
    const count = (isGuess: number) => (this.counting.get(account, isGuess, now, limit) as { count: number }).count;
    return Math.min(limit, count(0) + count(1));
  }

  /** When the first payment of an account is due; null if there are none. */
  next(account: string): Instant | null {
    const dues = [0, 1].flatMap((isGuess) => (this.first.get(account, isGuess) as { due: number | null }).due ?? []);
    return dues.length === 0 ? null : Math.min(...dues);
  }
}

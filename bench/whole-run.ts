// One run of all measured commands of one program on one set of files, and whether its result is right.

import type { Batch } from './batch.ts';
import type { Commands, Joined, Reconciled } from './commands.ts';
import type { Run } from './figures.ts';

/** Throws if the generator, Hesabu and DuckDB do not count the same: a fast wrong result is worth nothing. */
export async function wholeRun(commands: Commands, batch: Batch, extra: Batch, joined: Joined): Promise<Run> {
  const { keys } = batch;
  const reconciled = await commands.reconcile(batch);
  for (const fault of disagreements(batch, reconciled, joined)) throw new Error(`at ${keys} keys: ${fault}`);
  const verified = await commands.verify();
  const replayed = await commands.replay();
  const started = await commands.start(batch);
  const extended = await commands.reconcile(extra);
  for (const fault of extraDayFaults(batch, extra, extended)) throw new Error(`at ${keys} keys: ${fault}`);
  const { summary } = reconciled;
  return {
    keys,
    facts: batch.facts,
    entries: summary.ledger_entries,
    reconcile_ms: reconciled.wall_ms,
    cpu_ms: reconciled.cpu_ms,
    inside_ms: summary.elapsed_ms,
    read_ms: summary.phases_ms.read,
    match_ms: summary.phases_ms.match,
    add_up_ms: summary.phases_ms.add_up,
    peak_rss_mb: reconciled.peak_rss_mb,
    duckdb_ms: joined.wall_ms,
    duckdb_rss_mb: joined.peak_rss_mb,
    start_ms: started.wall_ms,
    extra_day_ms: extended.wall_ms,
    day_alone_ms: extended.wall_ms - started.wall_ms,
    replay_ms: replayed.wall_ms,
    verify_ms: verified.wall_ms,
  };
}

function disagreements(batch: Batch, { summary }: Reconciled, { result }: Joined): string[] {
  const faults: string[] = [];
  const compare = (what: string, expected: number, hesabu: number, duckdb: number) => {
    if (hesabu === expected && duckdb === expected) return;
    faults.push(`${what}: ${expected} generated, ${hesabu} found by Hesabu, ${duckdb} by DuckDB`);
  };
  const { MATCHED: joinedMatched = 0, ...joined } = result.classes;
  for (const name of new Set([...Object.keys(batch.breaks), ...Object.keys(summary.breaks), ...Object.keys(joined)])) {
    compare(name, batch.breaks[name] ?? 0, summary.breaks[name] ?? 0, joined[name] ?? 0);
  }
  compare('matched', batch.matched, summary.standing.matched, joinedMatched);
  const { orders, callbacks, polls, settlements } = summary.facts;
  compare('facts', batch.facts, orders + callbacks + polls + settlements, batch.facts);
  return faults;
}

/** Late refunds are clawed back in time, so only the new sales add breaks. */
function extraDayFaults(batch: Batch, extra: Batch, { summary }: Reconciled): string[] {
  const names = new Set([...Object.keys(batch.breaks), ...Object.keys(extra.breaks)]);
  return [...names].flatMap((name) => {
    const expected = (batch.breaks[name] ?? 0) + (extra.breaks[name] ?? 0);
    const found = summary.breaks[name] ?? 0;
    return found === expected ? [] : [`one more day: ${expected} ${name} generated, ${found} found`];
  });
}

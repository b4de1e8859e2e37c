// What imports say of each other: an import may be withdrawn, replace others, or bring a report that was issued again.
// Then some of what was said counts as never said, or counts again. Everything follows from the imports and the facts
// in the log, so that it can be done again after a crash.

import { type Claim, type ClaimWithdrawn, FACT_TOPICS, type Fact } from '../domain/fact.ts';
import type { Instant } from '../domain/time.ts';
import type { EventLog, Topic } from '../log/event-log.ts';
import { readFact } from '../log/fact-codec.ts';
import { forEachFact } from '../log/value-frames.ts';
import { contentHash } from '../matching/evolve.ts';
import { statementName, withdrawalOf } from '../matching/standing-claims.ts';
import { FactBatches } from '../producers/files/fact-batches.ts';
import { type ImportRecord, type Imports, statedTime } from '../projections/imports.ts';

/** Where withdrawals are. */
const WITHDRAWALS: Topic = 'settlements.v1';

/** What an import says of one claim. */
interface Statement {
  /** The import whose row it is, which is another than `claim.import_id` where a withdrawal let it stand again. */
  readonly row: number;
  readonly key: string;
  readonly report: string | null;
  readonly topic: Topic;
  readonly claim: Omit<Claim, 'body'>;
  readonly content: string;
}

/** How an import stands towards another: what it says holds. */
interface Version {
  /** Claims by id, each with its contents. */
  readonly said: Map<string, Set<string>>;
  /** Whether all its rows were taken: only then is a line gone that it does not have. */
  readonly isWhole: boolean;
}

/**
 * Writes what follows from a record of an import or a withdrawal: a withdrawal for each statement that no longer
 * counts, and each statement again that counts again, said by the withdrawal. What was written before is not repeated.
 */
export async function settleImport(log: EventLog, imports: Imports, cause: ImportRecord, at: Instant): Promise<void> {
  const about = imports.get(cause.of ?? cause.id)!;
  const concerned = concernedBy(about, imports);
  const { statements, withdrawn } = readStatements(log, imports, concerned);
  const judge = new Judge(imports, statements, concerned);
  const batches = new FactBatches(0, log.partitions);
  const again = new Set<string>();
  const standing = new Set<string>();
  for (const statement of statements) {
    const name = nameOf(statement);
    const isDead = judge.isDead(statement);
    if (!withdrawn.has(name)) {
      if (isDead) addWithdrawal(batches, statement, cause, at);
      else standing.add(placeOf(statement));
    } else if (!isDead) again.add(placeOf(statement));
  }
  await log.append([...batches.takeFull(), ...batches.takeRest()]);
  for (const place of standing) again.delete(place);
  if (cause.status === 'withdrawal' && again.size > 0) await sayAgain(log, imports, concerned, again, cause.id);
  await imports.append([{ ...cause, settled: true }], log);
}

/**
 * The imports that the import may change or be changed by: it replaces them or they it, or they have versions of its
 * reports; and so on from each of them. One that was withdrawn may have left what it replaced.
 */
function concernedBy(about: ImportRecord, imports: Imports): ReadonlySet<number> {
  const concerned = new Set([about.id]);
  for (const id of concerned) {
    const record = imports.get(id)!;
    for (const other of imports.all()) {
      const isTied = record.replaces?.includes(other.id) === true || other.replaces?.includes(id) === true;
      if (isTied || sharesReport(record, other)) concerned.add(other.id);
    }
  }
  return concerned;
}

/** Whether two imports have lines of one report of one source. */
export function sharesReport(one: ImportRecord, other: ImportRecord): boolean {
  if (one.source !== other.source || one.reports === undefined) return false;
  return other.reports?.some((report) => one.reports!.includes(report)) === true;
}

/** Decides which statements count. */
class Judge {
  private readonly imports: Imports;
  private readonly byImport = new Map<number, Version>();
  private readonly newest = new Map<string, { readonly at: Instant; readonly version: Version }>();

  constructor(imports: Imports, statements: readonly Statement[], concerned: ReadonlySet<number>) {
    this.imports = imports;
    for (const id of concerned) {
      const record = imports.get(id)!;
      if (record.status !== 'done' || record.withdrawn !== undefined) continue;
      const at = statedTime(record);
      for (const name of record.reports ?? []) {
        const report = reportOf(record, name);
        const known = this.newest.get(report);
        if (known !== undefined && known.at > at) continue;
        const isPart = known?.at === at;
        const isWhole = record.rejected === 0 && (!isPart || known.version.isWhole);
        this.newest.set(report, { at, version: { said: new Map(), isWhole } });
      }
    }
    for (const statement of statements) this.add(statement);
  }

  private add(statement: Statement): void {
    const { row, report } = statement;
    const record = this.imports.get(row)!;
    let own = this.byImport.get(row);
    if (own === undefined) {
      own = { said: new Map(), isWhole: record.rejected === 0 };
      this.byImport.set(row, own);
    }
    addTo(own, statement);
    const newest = report === null ? undefined : this.newest.get(reportOf(record, report));
    if (newest?.at === statedTime(record) && record.withdrawn === undefined) addTo(newest.version, statement);
  }

  isDead(statement: Statement, row = statement.row): boolean {
    const record = this.imports.get(row)!;
    if (record.withdrawn !== undefined) return true;
    const { report } = statement;
    const newest = report === null ? undefined : this.newest.get(reportOf(record, report));
    if (newest !== undefined && row === statement.row && statedTime(record) < newest.at) {
      if (!keeps(newest.version, statement)) return true;
    }
    return this.imports.replacersOf(row).some((other) => {
      const version = this.byImport.get(other.id) ?? { said: new Map(), isWhole: other.rejected === 0 };
      return !keeps(version, statement) || this.isDead(statement, other.id);
    });
  }
}

/** The name of a report among those of all sources. */
function reportOf({ source }: ImportRecord, report: string): string {
  return `${source}\n${report}`;
}

function addTo({ said }: Version, { claim, content }: Statement): void {
  const contents = said.get(claim.id);
  if (contents === undefined) said.set(claim.id, new Set([content]));
  else contents.add(content);
}

/** Whether a newer version leaves what an older one said: it says the same, or nobody knows whether it does. */
function keeps({ said, isWhole }: Version, { claim, content }: Statement): boolean {
  const contents = said.get(claim.id);
  return contents === undefined ? !isWhole : contents.has(content);
}

function readStatements(
  log: EventLog,
  imports: Imports,
  concerned: ReadonlySet<number>,
): { readonly statements: readonly Statement[]; readonly withdrawn: ReadonlySet<string> } {
  const statements: Statement[] = [];
  const withdrawn = new Set<string>();
  visitFacts(log, imports, concerned, (fact, topic) => {
    const { body, report } = fact;
    if (body.type === 'ClaimWithdrawn') {
      withdrawn.add(statementName(body.claim, body.content, body.import_id));
      return;
    }
    const row = rowOf(fact);
    if (!concerned.has(row)) return;
    const { body: _, ...claim } = fact as Claim;
    const content = `${contentHash(fact)} ${fact.payout ?? ''}`;
    statements.push({ row, key: fact.transaction_reference, report, topic, claim, content });
  });
  return { statements, withdrawn };
}

/** The facts that imports said, and the withdrawals. */
function visitFacts(
  log: EventLog,
  imports: Imports,
  concerned: ReadonlySet<number>,
  visit: (fact: Fact, topic: Topic) => void,
): void {
  const sources = new Set([...concerned, ...imports.withdrawals().map(({ id }) => id)]);
  for (const topic of FACT_TOPICS) {
    for (let partition = 0; partition < log.partitions; partition++) {
      for (const { payload, source } of log.read(topic, partition, 0n)) {
        if (!sources.has(source) && !(source === 0 && topic === WITHDRAWALS)) continue;
        forEachFact(payload, 0, (start, end) => {
          const fact = readFact(payload, start, end);
          visit(fact, topic);
        });
      }
    }
  }
}

/** The import whose row a fact is. */
function rowOf({ raw }: Fact): number {
  return Number(raw.slice(0, raw.indexOf('/')));
}

function nameOf({ claim, content }: Statement): string {
  return statementName(claim.id, content.slice(0, content.indexOf(' ')), claim.import_id);
}

/** A row with its claim, apart from who says it. */
function placeOf({ row, claim, content }: Statement): string {
  return `${row}/${content}/${claim.id}`;
}

function addWithdrawal(batches: FactBatches, statement: Statement, { id, withdrawn }: ImportRecord, at: Instant): void {
  const { claim, content, key } = statement;
  const why = withdrawn ?? `replaced by import ${id}`;
  const withdrawal: Claim<ClaimWithdrawn> = withdrawalOf(claim, content.slice(0, content.indexOf(' ')), why);
  batches.add(WITHDRAWALS, {
    ...withdrawal,
    ...{ transaction_reference: key, received_at: at, raw: `${id}/0`, report: null, line: null },
  });
}

/** Appends facts again as they were, said by the withdrawal that lets them stand again. */
async function sayAgain(
  log: EventLog,
  imports: Imports,
  concerned: ReadonlySet<number>,
  places: ReadonlySet<string>,
  id: number,
): Promise<void> {
  const left = new Set(places);
  const batches = new FactBatches(id, log.partitions);
  visitFacts(log, imports, concerned, (fact, topic) => {
    if (fact.body.type === 'ClaimWithdrawn') return;
    const content = `${contentHash(fact)} ${fact.payout ?? ''}`;
    if (left.delete(`${rowOf(fact)}/${content}/${fact.id}`)) batches.add(topic, { ...fact, import_id: id });
  });
  await log.append([...batches.takeFull(), ...batches.takeRest()]);
}

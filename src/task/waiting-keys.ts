// The keys of one table that wait for others: those with a break that asks which order it is about, and those that
// money may still be for. Made when somebody first asks, and kept up to date from then on: no question reads all keys.

import type { Finding } from '../domain/assessment.ts';
import { ByteReader } from '../domain/bytes.ts';
import { isAsking } from '../domain/hints.ts';
import { type KeptAssessment, readBeginning, readFindings } from './assessment-codec.ts';
import type { PlainStage } from './plain/plain-facts.ts';
import { isEmptyPlace } from './record-place.ts';
import type { StateTable } from './state-table.ts';

export class WaitingKeys {
  /** The slots of the keys with an asking break, or with money whose order may still come. */
  readonly asking = new Set<number>();
  /** The slots of the keys without money, and of the payouts that do not agree yet. */
  readonly awaiting = new Set<number>();

  constructor(table: StateTable) {
    for (let slot = 0; slot < table.count; slot++) {
      // What is packed agrees.
      if (table.packed?.has(slot)) continue;
      const place = table.assessmentOf(slot);
      if (isEmptyPlace(place)) continue;
      const reader = new ByteReader(place.bytes, place.from, place.to);
      const beginning = readBeginning(reader);
      this.put(slot, beginning, beginning.openFindings === 0 ? [] : readFindings(reader));
    }
  }

  /** Null where nothing stands under the key. */
  note(slot: number, assessment: KeptAssessment | null): void {
    this.asking.delete(slot);
    this.awaiting.delete(slot);
    if (assessment !== null) this.put(slot, assessment, assessment.findings);
  }

  /** The same of a plain key: until its money is there it waits, and before its order is there it asks. */
  notePlain(slot: number, stage: PlainStage): void {
    if (stage === 'early') this.asking.add(slot);
    else this.asking.delete(slot);
    if (stage === 'placed') this.awaiting.add(slot);
    else this.awaiting.delete(slot);
  }

  private put(slot: number, about: Omit<KeptAssessment, 'findings'>, findings: readonly Finding[]): void {
    const { payout, payment, money, merchant } = about;
    const hasNoOrder = merchant === '' && payment === 'pending' && money.length > 0;
    if (hasNoOrder || findings.some(({ reason }) => isAsking(reason))) this.asking.add(slot);
    if (payout === null ? payment !== 'matched' && money.length === 0 : payout !== 'matched') this.awaiting.add(slot);
  }
}

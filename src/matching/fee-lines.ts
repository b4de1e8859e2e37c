// Which fee lines of a key are about which payment.

import { originalName, ownNames } from '../domain/payment-ids.ts';
import type { Line } from './claims.ts';
import type { Payment } from './payments.ts';
import type { VoiceOf } from './speakers.ts';

/** The fee lines of a key, by the ids that they name: the original's, otherwise their own. */
export class FeeLines {
  readonly lines: readonly Line[];
  private readonly voiceOf: VoiceOf;
  private byId: Map<string, number[]> | null = null;

  constructor(lines: readonly Line[], voiceOf: VoiceOf) {
    this.lines = lines;
    this.voiceOf = voiceOf;
  }

  /** The fee lines that name this payment, in their order. */
  of({ voice, ids, currency }: Payment): Line[] {
    if (this.lines.length === 0) return NO_LINES;
    this.byId ??= this.indexed();
    const places = new Set<number>();
    for (const id of ids) for (const place of this.byId.get(`${voice}\n${id}`) ?? []) places.add(place);
    const found = [...places].sort((left, right) => left - right).map((place) => this.lines[place]!);
    return found.filter(({ body }) => body.currency === currency);
  }

  private indexed(): Map<string, number[]> {
    const byId = new Map<string, number[]>();
    for (const [place, line] of this.lines.entries()) {
      const { body } = line;
      const voice = this.voiceOf(line);
      const original = originalName(body);
      const named = original === null ? ownNames(body) : [original];
      for (const id of named) {
        const places = byId.get(`${voice}\n${id}`);
        if (places === undefined) byId.set(`${voice}\n${id}`, [place]);
        else places.push(place);
      }
    }
    return byId;
  }
}

const NO_LINES: Line[] = [];

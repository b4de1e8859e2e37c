// A trace as data: the content of the text, with times in ISO 8601 UTC and a sentence beside each finding.

import type { Finding } from '../../domain/assessment.ts';
import { hintsAt } from '../../domain/hints.ts';
import type { Surroundings } from '../../domain/reason-doubts.ts';
import { type Language, sentenceFor } from '../../domain/reason-words.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import { riskSentence } from '../../projections/risk/words.ts';
import type { KeyTrace, Trace } from './trace.ts';

export function traceJson({ as_of, story: traced, ...rest }: Trace, lang: Language): object {
  return { ...rest, as_of: formatInstant(as_of), story: traced === null ? null : keyTraceJson(traced, lang) };
}

function keyTraceJson(traced: KeyTrace, lang: Language): object {
  const shown = (finding: Finding) => findingJson(finding, lang);
  const reasons = new Set(traced.findings.map(({ reason }) => reason));
  return {
    ...traced,
    facts: traced.facts.map(({ body, ...fact }) => ({
      ...fact,
      occurred_at: timeText(fact.occurred_at),
      received_at: timeText(fact.received_at),
      body: Object.fromEntries(
        Object.entries(body).map(([name, value]) => [
          name,
          typeof value === 'number' && name !== 'lines' ? timeText(value) : value,
        ]),
      ),
    })),
    deadlines: traced.deadlines.map(({ at, opens, ...deadline }) => {
      return { at: timeText(at), ...deadline, opens: opens.map(shown) };
    }),
    findings: traced.findings.map((finding) => {
      return findingJson(finding, lang, { reasons, hints: hintsAt(traced.hints, finding.reason) });
    }),
    risk: traced.risk.map(({ since, ...signal }) => {
      return { ...signal, since: timeText(since), message: riskSentence({ ...signal, since }, lang) };
    }),
    entries: traced.entries.map(({ finding, as_of, ...entry }) => {
      return { ...entry, as_of: timeText(as_of), finding: shown(finding) };
    }),
  };
}

function findingJson(finding: Finding, lang: Language, besides: Surroundings = {}): object {
  return { ...finding, opened_at: timeText(finding.opened_at), message: sentenceFor(finding, lang, besides) };
}

function timeText(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}

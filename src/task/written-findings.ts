// The findings of a key that has very many, as its record has them. A later assessment has most of them again, as the
// same objects: only the others are compared and written anew.

import type { Finding } from '../domain/assessment.ts';
import { ByteWriter } from '../domain/bytes.ts';
import { writeFinding } from '../ledger/finding-codec.ts';
import { isOpen, type KeptAssessment, writeBeginning } from './assessment-codec.ts';
import { type Entered, type SameRun, textOf } from './entry-drafts.ts';

/** From so many findings on, they are worth the memory. */
const FINDINGS_MIN = 500;

/** So long a change is looked over for findings that are the same again: more than a part of the payments has. */
const CHANGE_MAX = 2_048;

/** What a record has before its claims, beside the assessment. */
interface RecordHead {
  readonly entered: Entered;
  /** The size of all of it. */
  readonly headSize: number;
}

const scratch = new ByteWriter(1024);

export class WrittenFindings implements RecordHead {
  readonly entered: Entered;
  readonly headSize: number;
  private readonly findings: readonly Finding[];
  private readonly open: number;
  /** Where the bytes of each end, counted from those of the first. */
  private readonly ends: Uint32Array;
  /** A number for each finding's text: no two are the same, so each is found again in its place. Moves to the next. */
  private readonly marks: Set<number>;

  constructor(findings: readonly Finding[], about: RecordHead, open: number, ends: Uint32Array, marks: Set<number>) {
    this.findings = findings;
    this.entered = about.entered;
    this.headSize = about.headSize;
    this.open = open;
    this.ends = ends;
    this.marks = marks;
  }

  /** What another assessment changes of them; undefined if two of its findings may be alike. Asked once. */
  changesTo(after: KeptAssessment): FindingChanges | undefined {
    const { findings, marks } = this;
    const same = sameRuns(findings, after.findings);
    const gone = outsideOf(findings, same, 'before');
    const fresh = outsideOf(after.findings, same, 'after');
    for (const finding of gone) marks.delete(markOf(finding));
    for (const finding of fresh) marks.add(markOf(finding));
    if (marks.size < after.findings.length) return undefined;
    const open = this.open - gone.filter(isOpen).length + fresh.filter(isOpen).length;
    const ends = new Uint32Array(after.findings.length);
    return {
      findings,
      same,
      write: (writer, records, to) => {
        writeBeginning(writer, after, open);
        this.writeFindings(writer, after.findings, same, ends, records, to);
      },
      written: (about) => new WrittenFindings(after.findings, about, open, ends, marks),
    };
  }

  /** Writes findings, those that are the same by copying their bytes, and where each ends. */
  private writeFindings(
    writer: ByteWriter,
    findings: readonly Finding[],
    same: readonly SameRun[],
    ends: Uint32Array,
    records: Buffer,
    to: number,
  ): void {
    const begin = writer.length;
    const from = to - this.endOf(this.findings.length);
    let next = 0;
    for (const { before, after, count } of [...same, { before: 0, after: findings.length, count: 0 }]) {
      for (; next < after; next++) {
        writeFinding(writer, findings[next]!);
        ends[next] = writer.length - begin;
      }
      const shift = writer.length - begin - this.endOf(before);
      for (let at = 0; at < count; at++) ends[after + at] = this.ends[before + at]! + shift;
      writer.rawPart(records, from + this.endOf(before), from + this.endOf(before + count));
      next = after + count;
    }
  }

  /** Where the bytes of so many findings end. */
  private endOf(count: number): number {
    return count === 0 ? 0 : this.ends[count - 1]!;
  }
}

/** Undefined for few findings, and where two may be alike. */
export function writtenFindings(findings: readonly Finding[], about: RecordHead): WrittenFindings | undefined {
  if (findings.length < FINDINGS_MIN) return undefined;
  const marks = new Set(findings.map(markOf));
  if (marks.size < findings.length) return undefined;
  return new WrittenFindings(findings, about, findings.filter(isOpen).length, endsOf(findings), marks);
}

interface FindingChanges {
  /** As they were before. */
  readonly findings: readonly Finding[];
  readonly same: readonly SameRun[];
  /** Writes the assessment. The bytes of the one before end at `to`. */
  write(writer: ByteWriter, records: Buffer, to: number): void;
  /** The findings once their record is written. */
  written(about: RecordHead): WrittenFindings;
}

/** The findings that are the same objects in both lists, in runs. A change is passed over if it is not too long. */
function sameRuns(before: readonly Finding[], after: readonly Finding[]): SameRun[] {
  const runs: SameRun[] = [];
  let [old, next] = [0, 0];
  while (old < before.length && next < after.length) {
    const [oldFrom, from] = [old, next];
    while (old < before.length && next < after.length && before[old] === after[next]) {
      old++;
      next++;
    }
    if (next > from) runs.push({ before: oldFrom, after: from, count: next - from });
    const ahead = new Map(before.slice(old, old + CHANGE_MAX).map((finding, at) => [finding, at]));
    const step = after.slice(next, next + CHANGE_MAX).findIndex((finding) => ahead.has(finding));
    if (step < 0) break;
    next += step;
    old += ahead.get(after[next]!)!;
  }
  return runs;
}

function outsideOf(list: readonly Finding[], runs: readonly SameRun[], side: 'before' | 'after'): Finding[] {
  const outside: Finding[] = [];
  let from = 0;
  for (const run of runs) {
    for (; from < run[side]; from++) outside.push(list[from]!);
    from = run[side] + run.count;
  }
  for (; from < list.length; from++) outside.push(list[from]!);
  return outside;
}

function endsOf(findings: readonly Finding[]): Uint32Array {
  const ends = new Uint32Array(findings.length);
  let end = 0;
  for (let at = 0; at < findings.length; at++) {
    scratch.length = 0;
    writeFinding(scratch, findings[at]!);
    end += scratch.length;
    ends[at] = end;
  }
  return ends;
}

/** Equal texts have equal numbers; others have different ones, but for a chance of one in a thousand million. */
function markOf(finding: Finding): number {
  const text = textOf(finding);
  let [left, right] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    left = Math.imul(left ^ unit, 0x01000193);
    right = Math.imul(right ^ unit, 0x5bd1e995) ^ (right >>> 15);
  }
  return (left >>> 0) * 2 ** 21 + ((right >>> 0) & (2 ** 21 - 1));
}

// Decisions as bytes, after schemas/decision.avsc. Its record has the fields of a fact, and before the body a number
// that is none of the branches of a fact's body: so a decision lies among the claims of its key like any other claim.

import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import {
  CAUSES,
  type CaseName,
  CLOSE_CONDITIONS,
  DECIDER_ROLES,
  DECISION_VIAS,
  type DecisionBody,
  type LinkTarget,
  type PeriodClosed,
  type ProposalName,
  type ResolutionKind,
  SIMPLE_KINDS,
  WAITING_ON,
} from '../domain/decision.ts';
import { REASON_CODES, type ReasonCode, STAGES } from '../domain/reasons.ts';

/** What stands in the place of a body's branch. */
export const DECISION_FORM = 64;

/** The branches of the union `body` in the schema, in its order. */
const TYPES = [
  'CaseAssigned',
  'NoteAdded',
  'ResolutionProposed',
  'ResolutionApproved',
  'ResolutionRejected',
  'PeriodClosed',
] as const satisfies readonly DecisionBody['type'][];
/** The branch of a proposal of the kind `link`, which has a form of its own. */
const LINK_BRANCH = TYPES.length;

export function writeDecision(writer: ByteWriter, body: DecisionBody): void {
  writer.long(isLink(body) ? LINK_BRANCH : TYPES.indexOf(body.type));
  writer.string(body.about);
  writeSymbol(writer, STAGES, body.case.stage);
  writer.string(body.case.reason);
  writer.string(body.case.subject);
  writer.string(body.by.person);
  writeArray(writer, body.by.roles, (role) => writeSymbol(writer, DECIDER_ROLES, role));
  writeSymbol(writer, DECISION_VIAS, body.by.via);
  writer.optionalString(body.batch);
  writer.string(body.signer);
  writer.string(body.signature);
  writeOwn(writer, body);
}

function writeOwn(writer: ByteWriter, body: DecisionBody): void {
  switch (body.type) {
    case 'CaseAssigned':
      writer.optionalString(body.owner);
      writer.optionalLong(body.due_at);
      writer.optionalString(body.waiting_on);
      break;
    case 'NoteAdded':
      writer.string(body.text);
      writeArray(writer, body.attachments, ({ sha256, size, media }) => {
        writer.string(sha256);
        writer.long(size);
        writer.string(media);
      });
      break;
    case 'ResolutionProposed':
      writer.string(body.finding);
      if (body.kind !== 'link') writeSymbol(writer, SIMPLE_KINDS, body.kind);
      writer.string(body.cause);
      writer.optionalString(body.amount);
      writer.optionalString(body.currency);
      writer.optionalString(body.text);
      if (body.kind === 'link') writeTargets(writer, body.to ?? []);
      break;
    case 'PeriodClosed':
      writeClose(writer, body);
      break;
    default:
      writer.string(body.proposal.id);
      writer.string(body.proposal.content);
      writer.optionalString(body.text);
  }
}

function isLink(body: DecisionBody): boolean {
  return body.type === 'ResolutionProposed' && body.kind === 'link';
}

function writeTargets(writer: ByteWriter, to: readonly LinkTarget[]): void {
  writeArray(writer, to, ({ reference, merchant, amount }) => {
    for (const part of [reference, merchant, amount]) writer.string(part);
  });
}

function writeClose(writer: ByteWriter, { day, merchant, heads, statements, overruled, text }: PeriodClosed): void {
  writer.string(day);
  writer.string(merchant);
  writeArray(writer, heads, ({ partition, size, root }) => {
    writer.long(partition);
    writer.long(size);
    writer.string(root);
  });
  writeArray(writer, statements, ({ provider, currency, sha256, opening, closing }) => {
    for (const part of [provider, currency, sha256, opening, closing]) writer.string(part);
  });
  writeArray(writer, overruled, (condition) => writeSymbol(writer, CLOSE_CONDITIONS, condition));
  writer.optionalString(text);
}

function readClose(reader: ByteReader) {
  const about = { day: reader.string(), merchant: reader.string() };
  const heads = readArray(reader, () => {
    return { partition: reader.long(), size: reader.long(), root: reader.string() };
  });
  const statements = readArray(reader, () => {
    const named = { provider: reader.string(), currency: reader.string(), sha256: reader.string() };
    return { ...named, opening: reader.string(), closing: reader.string() };
  });
  const overruled = readArray(reader, () => symbolAt(CLOSE_CONDITIONS, reader.long()));
  return { ...about, heads, statements, overruled, text: reader.optionalString() };
}

export function readDecision(reader: ByteReader): DecisionBody {
  const branch = reader.long();
  const isLinking = branch === LINK_BRANCH;
  const type = isLinking ? 'ResolutionProposed' : symbolAt(TYPES, branch);
  const shared = {
    about: reader.string(),
    case: readCase(reader),
    by: {
      person: reader.string(),
      roles: readArray(reader, () => symbolAt(DECIDER_ROLES, reader.long())),
      via: symbolAt(DECISION_VIAS, reader.long()),
    },
    batch: reader.optionalString(),
    signer: reader.string(),
    signature: reader.string(),
  };
  switch (type) {
    case 'CaseAssigned': {
      const about = { owner: reader.optionalString(), due_at: reader.optionalLong() };
      const waiting_on = reader.optionalString();
      return { type, ...shared, ...about, waiting_on: waiting_on === null ? null : wordIn(WAITING_ON, waiting_on) };
    }
    case 'NoteAdded': {
      const text = reader.string();
      const attachments = readArray(reader, () => {
        return { sha256: reader.string(), size: reader.long(), media: reader.string() };
      });
      return { type, ...shared, text, attachments };
    }
    case 'ResolutionProposed': {
      const finding = reader.string();
      const kind: ResolutionKind = isLinking ? 'link' : symbolAt(SIMPLE_KINDS, reader.long());
      const cause = wordIn(CAUSES, reader.string());
      const money = { amount: reader.optionalString(), currency: reader.optionalString() };
      const said = { type, ...shared, finding, kind, cause, ...money, text: reader.optionalString() };
      return isLinking ? { ...said, to: readArray(reader, () => readTarget(reader)) } : said;
    }
    case 'PeriodClosed':
      return { type, ...shared, ...readClose(reader) };
    default: {
      const proposal: ProposalName = { id: reader.string(), content: reader.string() };
      return { type, ...shared, proposal, text: reader.optionalString() };
    }
  }
}

function readTarget(reader: ByteReader): LinkTarget {
  return { reference: reader.string(), merchant: reader.string(), amount: reader.string() };
}

function readCase(reader: ByteReader): CaseName {
  const stage = symbolAt(STAGES, reader.long());
  return { stage, reason: wordIn(REASON_CODES, reader.string()) satisfies ReasonCode, subject: reader.string() };
}

function writeSymbol<Symbol extends string>(writer: ByteWriter, symbols: readonly Symbol[], symbol: Symbol): void {
  const index = symbols.indexOf(symbol);
  if (index < 0) throw new RangeError(`the schema has no symbol ${symbol}`);
  writer.long(index);
}

function symbolAt<Symbol extends string>(symbols: readonly Symbol[], index: number): Symbol {
  const symbol = symbols[index];
  if (symbol === undefined) throw new RangeError(`the schema has no symbol number ${index}`);
  return symbol;
}

function wordIn<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((known) => known === text);
  if (word === undefined) throw new RangeError(`there is no word ${text.slice(0, 40)}`);
  return word;
}

/** An Avro array in one block. */
function writeArray<Item>(writer: ByteWriter, items: readonly Item[], write: (item: Item) => void): void {
  if (items.length > 0) {
    writer.long(items.length);
    for (const item of items) write(item);
  }
  writer.long(0);
}

function readArray<Item>(reader: ByteReader, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = reader.long(); left !== 0; left = left > 1 ? left - 1 : reader.long()) {
    if (left < 0) throw new RangeError('an array has a negative count');
    items.push(read());
  }
  return items;
}

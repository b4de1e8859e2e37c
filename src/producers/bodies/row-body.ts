// The bodies of a provider that writes them as the rows of a format: each is one fact, or none.

import { OneRow } from '../files/one-row.ts';
import type { FileKind, Format } from '../formats/format.ts';
import type { BodyContext, BodyKind, BodyReaders, ReadBody } from './body.ts';

const KIND_OF: Readonly<Record<Exclude<BodyKind, 'initiation'>, FileKind>> = {
  webhook: 'callbacks',
  poll: 'polls',
  settlement: 'settlements',
  order: 'orders',
};

/** A reader for each kind of body whose format is given. */
export function rowReaders(formats: Partial<Readonly<Record<FileKind, Format>>>, context: BodyContext): BodyReaders {
  const readers = Object.entries(KIND_OF).flatMap(([kind, file]) => {
    const format = formats[file];
    return format === undefined ? [] : [[kind, rowReader(format, context)] as const];
  });
  return Object.fromEntries(readers);
}

function rowReader(format: Format, context: BodyContext): ReadBody {
  const { provider, account, pseudonym } = context;
  const row = new OneRow(format, { provider, account, pseudonym });
  return ({ text, raw, readAt }) => {
    const reading = row.read(text, raw, readAt);
    if ('fact' in reading) return { facts: [reading.fact], rejects: [], ignored: [], unread: null };
    const { fault } = reading;
    // A body without any members is of somebody else.
    if (fault.field === '') return { facts: [], rejects: [], ignored: [], unread: fault };
    return { facts: [], rejects: [{ ...fault, place: '' }], ignored: [], unread: null };
  };
}

// Which claims are about one thing where some are callbacks that nobody signed, as the reference reads them: those
// connect others by their ids, but never two that have different ids of one kind.

import { isHint, type Line, type Word } from './claims.ts';
import { connected } from './payments.ts';

type Group = (Word | Line)[];
type NamesOf = (claim: Word | Line) => readonly string[];

export function linked(claims: readonly (Word | Line)[], namesOf: NamesOf): Group[] {
  const place = (claim: Word | Line) => claims.indexOf(claim);
  const isIn = (group: Group, name: string) => group.some((claim) => namesOf(claim).includes(name));
  const signed = connected(
    claims.filter((claim) => !isHint(claim)),
    namesOf,
  )
    .map((group) => group.toSorted((one, other) => place(one) - place(other)))
    .sort(([one], [other]) => place(one!) - place(other!));
  const hints = claims.filter(isHint);
  const touchedBy = (hint: Word | Line): Group[] => {
    const found = namesOf(hint).map((name) => signed.find((group) => isIn(group, name)));
    return [...new Set(found.filter((group) => group !== undefined))];
  };
  const links = hints.map(touchedBy).filter((touched) => touched.length > 1 && !areApart(touched));
  const together = connected(signed, (group) => [
    `${signed.indexOf(group)}`,
    ...links.flatMap((touched, at) => (touched.includes(group) ? [`link ${at}`] : [])),
  ]).flatMap((groups) => (areApart(groups) ? groups.map((group) => [group]) : [groups]));
  const homes = signed.map((group) => ({ group, hints: hints.filter((hint) => touchedBy(hint)[0] === group) }));
  const strangers = connected(
    hints.filter((hint) => touchedBy(hint).length === 0),
    namesOf,
  );
  const own: Group[] = [];
  const added = new Map<Group, Group>();
  for (const group of strangers) {
    const names = group.flatMap(namesOf);
    const name = names.find((one) => homes.some((home) => isIn(home.hints, one)));
    const home = homes.find((one) => name !== undefined && isIn(one.hints, name));
    if (home === undefined) own.push(group);
    else added.set(home.group, [...(added.get(home.group) ?? []), ...group]);
  }
  const all = ({ group, hints }: (typeof homes)[number]) => [...group, ...hints, ...(added.get(group) ?? [])];
  return [...together.map((groups) => homes.filter(({ group }) => groups.includes(group)).flatMap(all)), ...own];
}

/** Whether two of the groups each have an id of one kind, of one series. */
function areApart(groups: readonly Group[]): boolean {
  const kinds = groups.flatMap((group) => [...new Set(group.flatMap(kindsOf))]);
  return new Set(kinds).size < kinds.length;
}

function kindsOf({ body }: Word | Line): string[] {
  const fields = ['provider_transaction_id', 'request_id'] as const;
  return fields.filter((field) => body[field] !== null).map((field) => `${field} ${body.series?.[field] ?? ''}`);
}

// Requests that are paid without an amount, as the reference joins them to receipts.

import { type Heard, isHint, type Line, type Word } from './claims.ts';
import { idsOf, isMoney } from './payments.ts';
import { first } from './values.ts';

/** A request that is paid, nobody says with how much, is the first receipt of its voice that no request names. */
export function withRequests(groups: (Word | Line)[][], heard: Heard): (Word | Line)[][] {
  const isWord = (claim: Word | Line): claim is Word => claim.body.type === 'PaymentObserved';
  const isPaid = (claim: Word | Line) => isWord(claim) && isMoney(claim);
  const timeOfGroup = (group: (Word | Line)[]) =>
    first(group.filter(isWord).map(({ occurred_at }) => occurred_at)) ?? Number.POSITIVE_INFINITY;
  const inOrder = groups.toSorted(
    (one, other) =>
      timeOfGroup(one) - timeOfGroup(other) ||
      (idsOf(one[0]!.body).sort()[0]! < idsOf(other[0]!.body).sort()[0]! ? -1 : 1),
  );
  const requests = inOrder.filter(
    (group) =>
      group.some(isPaid) &&
      group.every(
        ({ body }) => body.request_id !== null && !body.provider_transaction_id && !body.operator_transaction_id,
      ) &&
      group.every((claim) => isWord(claim) && (!isPaid(claim) || claim.body.amount === null)),
  );
  let receipts = inOrder.filter(
    (group) =>
      group.every((claim) => claim.body.request_id === null || isHint(claim)) &&
      group.some((claim) => !isWord(claim) || isPaid(claim)),
  );
  const sumOf = ({ body }: Word | Line) => ('gross' in body ? body.gross : body.amount);
  const joined = new Map<(Word | Line)[], (Word | Line)[]>();
  for (const request of requests) {
    const asked = request.flatMap((claim) => sumOf(claim) ?? []);
    const receipt = receipts.find(
      (group) =>
        heard.voiceOf(group[0]!) === heard.voiceOf(request[0]!) &&
        asked.every((sum) => group.some((claim) => Number(sumOf(claim)) === Number(sum))),
    );
    if (receipt === undefined) continue;
    receipts = receipts.filter((group) => group !== receipt);
    joined.set(request, receipt);
  }
  const taken = new Set([...joined.keys(), ...joined.values()]);
  return [...groups.filter((group) => !taken.has(group)), ...[...joined].map((pair) => pair.flat())];
}

// What became of a proposed refund, in words, and anew while the gateway is asked.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Proposal } from '../api/types.ts';
import { isMoving } from '../state/refund.ts';
import { useWords } from '../words/words.ts';

const PACE_MILLIS = 2_000;

export function RefundState({ proposal }: { readonly proposal: Proposal }) {
  const { refund: words } = useWords();
  const client = useQueryClient();
  const { refund } = proposal;
  const moves = isMoving(proposal);
  useEffect(() => {
    if (!moves) return undefined;
    const look = () => {
      void client.invalidateQueries({ predicate: ({ queryKey }) => `${queryKey[0]}`.startsWith('/v1/cases/') });
    };
    const timer = setInterval(look, PACE_MILLIS);
    return () => clearInterval(timer);
  }, [moves, client]);
  if (refund === undefined) return null;
  if (refund === null) return <p className="refund-state">{words.unknown}</p>;
  const codes: Readonly<Record<string, string>> = words.codes;
  return (
    <p className="refund-state" role="status">
      {words.states[refund.state]}
      {refund.code === null ? null : ` (${codes[refund.code] ?? refund.code})`}
    </p>
  );
}

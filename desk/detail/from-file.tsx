// The file that a fact is from, and its row there.

import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { FILE_ROWS } from '../api/queries.ts';
import type { Claim } from '../api/types.ts';
import { nameOfFile } from '../state/file-name.ts';
import { seesAll, useMyself } from '../state/session.ts';
import { useWords } from '../words/words.ts';

interface ImportedFile {
  readonly id: number;
  readonly file: string;
}

/** Files may have rows of all merchants: who sees single ones reads none of them. */
function useFileNamed(id: number): string | undefined {
  const isAllowed = seesAll(useMyself());
  const { data } = useLive<{ readonly imports: readonly ImportedFile[] }>(isAllowed ? '/v1/imports' : null);
  return data?.imports.find((one) => one.id === id)?.file;
}

interface PlaceProps {
  readonly id: number;
  readonly row: number | null;
}

export function FromFile({ id, row }: PlaceProps) {
  const { detail } = useWords();
  const file = useFileNamed(id);
  return (
    <>
      {file === undefined ? (
        detail.imported(id)
      ) : (
        <Link href={`/sources?preview=${id}`} title={file}>
          {nameOfFile(file)}
        </Link>
      )}
      {row === null ? null : ` · ${detail.row(row)}`}
    </>
  );
}

/** The same in few words. */
export function FileRowText({ id, row }: PlaceProps) {
  const { detail } = useWords();
  const file = useFileNamed(id);
  return (
    <>{[file?.split(/[/\\]/).at(-1) ?? detail.imported(id), ...(row === null ? [] : [detail.row(row)])].join(' · ')}</>
  );
}

interface Filed {
  readonly claims: readonly Claim[];
}

/** A case has them in its transaction. */
interface Answer extends Partial<Filed> {
  readonly transaction?: Filed | null;
}

/** The row of a claim, which comes later than the claim: it is looked for in the log. */
export function useFileRows(claims: readonly Claim[], address: string): (claim: Claim) => number | null {
  const filed = claims.flatMap((claim) => (claim.import === null ? [] : [claim.id]));
  // A row never changes: it is asked for once, and again where other claims have come.
  const { data } = useQuery<Answer>({
    queryKey: [FILE_ROWS, address, ...filed],
    queryFn: ({ signal }) => get<Answer>(`${address}?file_rows=100`, signal),
    enabled: seesAll(useMyself()) && filed.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before: Answer | undefined) => before,
  } as Parameters<typeof useQuery<Answer>>[0]) as UseQueryResult<Answer>;
  const found = data?.claims ?? data?.transaction?.claims ?? [];
  return (claim) => found.find((one) => one.id === claim.id && one.import === claim.import)?.row ?? null;
}

// The file that a fact is from, and its row there.

import { Link } from 'wouter';
import { useLive } from '../api/live.ts';
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

/** The row of a claim, which comes later than the claim: it is looked for in the log. Null asks nothing. */
export function useFileRows(claims: readonly Claim[], address: string | null): (claim: Claim) => number | null {
  const isFiled = seesAll(useMyself()) && claims.some((claim) => claim.import !== null);
  const { data } = useLive<{ readonly claims?: readonly Claim[]; readonly transaction?: Filed | null }>(
    isFiled && address !== null ? `${address}?file_rows=100` : null,
    true,
  );
  const found = data?.claims ?? data?.transaction?.claims ?? [];
  return (claim) => found.find((one) => one.id === claim.id && one.import === claim.import)?.row ?? null;
}

interface Filed {
  readonly claims: readonly Claim[];
}

// The first rows of a file beside what they would become, and what the whole of it would come to.

import { shownAmount } from '../state/amount.ts';
import { Empty } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { type RejectedRow, RejectReason, Told } from './reject-reason.tsx';

type Cells = Readonly<Record<string, string>>;

export interface Preview {
  readonly export: { readonly title: string; readonly name: string } | null;
  readonly is_cut: boolean;
  readonly rows: number;
  readonly taken: number;
  readonly rejected: number;
  readonly left_out: number;
  readonly sums: Cells;
  readonly lack: { readonly expected: string; readonly found: string } | null;
  readonly first: readonly {
    readonly line: number;
    readonly cells: Cells;
    readonly fields: Cells | null;
    readonly reject: RejectedRow | null;
  }[];
}

interface TableProps {
  readonly preview: Preview;
}

export function PreviewTable({ preview }: TableProps) {
  const { preview: words } = useWords().sources;
  return (
    <>
      <Counted preview={preview} />
      {preview.first.length === 0 ? <Empty title={words.nothing} /> : <Rows preview={preview} />}
    </>
  );
}

function Counted({ preview }: TableProps) {
  const { sources } = useWords();
  const { preview: words } = sources;
  const { rows, taken, rejected, left_out: leftOut, sums, lack } = preview;
  const [all, some, refused, left] = [rows, taken, rejected, leftOut].map((count) => shownAmount(`${count}`));
  const amounts = Object.entries(sums).map(([currency, amount]) => `${shownAmount(amount)} ${currency}`);
  return (
    <div className="inside">
      <p>
        {preview.is_cut ? <strong>{words.cut} </strong> : null}
        {words.counted(all!, some!, refused!, left!)}
        {amounts.length === 0 ? null : ` · ${words.sums} ${amounts.join(' · ')}`}
      </p>
      {preview.export === null ? null : <p>{words.known(preview.export.title, preview.export.name)}</p>}
      {lack === null ? null : (
        <p className="problem">
          {words.lack} {sources.expected} <Told text={lack.expected} /> · {sources.found} <Told text={lack.found} />
        </p>
      )}
    </div>
  );
}

/** The names that any of the rows has, in their order. */
function namesIn(all: readonly (Cells | null)[]): string[] {
  return [...new Set(all.flatMap((cells) => Object.keys(cells ?? {})))];
}

function Rows({ preview: { first } }: TableProps) {
  const { sources } = useWords();
  const { preview: words } = sources;
  const columns = namesIn(first.map(({ cells }) => cells));
  const fields = namesIn(first.map(({ fields: read }) => read));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls to the side can be scrolled by keyboard.
    <section className="scroll-x" aria-label={words.first(`${first.length}`)} tabIndex={0}>
      <table className="facts preview">
        <caption className="hidden">{words.first(`${first.length}`)}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2} className="number">
              {sources.row}
            </th>
            {columns.length === 0 ? null : (
              <th scope="colgroup" colSpan={columns.length}>
                {words.cells}
              </th>
            )}
            <th scope="colgroup" colSpan={Math.max(1, fields.length)} className="read">
              {words.fields}
            </th>
          </tr>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col" className="mono">
                {name}
              </th>
            ))}
            {fields.map((name, at) => (
              <th key={name} scope="col" className={at === 0 ? 'mono read' : 'mono'}>
                {name}
              </th>
            ))}
            {fields.length === 0 ? <td className="read" /> : null}
          </tr>
        </thead>
        <tbody>
          {first.map(({ line, cells, fields: read, reject }) => (
            <tr key={line}>
              <th scope="row" className="number">
                {line}
              </th>
              {columns.map((name) => (
                <td key={name} className="mono">
                  {cells[name] ?? ''}
                </td>
              ))}
              {read === null ? (
                <td className="why read" colSpan={Math.max(1, fields.length)}>
                  {reject === null ? words.left : <RejectReason row={reject} />}
                </td>
              ) : (
                fields.map((name, at) => (
                  <td key={name} className={at === 0 ? 'mono read' : 'mono'}>
                    {read[name] ?? ''}
                  </td>
                ))
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

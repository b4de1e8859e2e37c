// The signed heads of the ledger: what a stranger holds entries, statements and proofs against.

import { useLive } from '../api/live.ts';
import { shownAmount } from '../state/amount.ts';
import { saveText } from '../ui/save-csv.ts';
import { Failed, Loading } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface Heads {
  /** Signed notes: the name of the tree, its leaves, its root, and how many blocks it is of. */
  readonly checkpoints: readonly string[];
}

export function CheckpointTable() {
  const { audit: words } = useWords();
  const { data, error, refetch } = useLive<Heads>('/v1/checkpoint');
  if (data === undefined) return error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} />;
  return (
    <div className="scroll-x">
      <table className="facts wide">
        <thead>
          <tr>
            <th scope="col">{words.tree}</th>
            <th scope="col" className="number">
              {words.leaves}
            </th>
            <th scope="col" className="number">
              {words.blocks}
            </th>
            <th scope="col">{words.root}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {data.checkpoints.map((note) => {
            const [tree = '', leaves = '', root = '', blocks = ''] = note.split('\n');
            const save = () => saveText(`checkpoint-${tree.split('/').at(-1)}.txt`, 'text/plain', note);
            return (
              <tr key={tree}>
                <th scope="row" className="mono">
                  {tree}
                </th>
                <td className="number">{shownAmount(leaves)}</td>
                <td className="number">{shownAmount(blocks.split(' ')[1] ?? '')}</td>
                <td className="mono why">{root}</td>
                <td>
                  <button type="button" className="link" onClick={save}>
                    {words.save}
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

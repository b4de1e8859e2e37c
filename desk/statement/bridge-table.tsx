// The bridge of a statement: from the orders that should be paid to what was settled, by what explains the difference.

import type { Explained, Figure } from '../api/statement-types.ts';
import { difference, isZero, shownAmount, sizeOf } from '../state/amount.ts';
import { Places } from '../ui/money.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { FigureLink, shownFigure, type TableProps, useLineTitle } from './figure-link.tsx';

/** The ages of what explains a part, as the API names them, and their titles. */
export const AGES = [
  ['0-1', 'first'],
  ['2-7', 'second'],
  ['8-30', 'third'],
  ['older', 'fourth'],
] as const satisfies readonly (readonly [string, keyof Words['statement']['ages']])[];
export const UNDATED = ['undated', 'none'] as const;

/** Ages are of breaks alone. */
const isQuiet = ({ line }: Explained) => line === 'pending' || line === 'tolerance';

/** A column for what has no date only where there is such. */
function agesOf(explained: readonly Explained[]) {
  const isUndated = (one: Explained) => !isQuiet(one) && (one.ages[AGES.length] ?? 0) > 0;
  return explained.some(isUndated) ? [...AGES, UNDATED] : AGES;
}

export function BridgeTable({ day, statement }: TableProps) {
  const words = useWords();
  const { bridge, currency } = statement;
  const ages = agesOf(bridge.explained);
  const quiet = bridge.explained.filter(isQuiet);
  const resolved = bridge.explained.filter(({ line }) => line.startsWith('resolved:'));
  const open = bridge.explained.filter((one) => !quiet.includes(one) && !resolved.includes(one));
  const agreed = bridge.agreed.map(({ sign, value }) => (sign === '-' ? difference('0', value) : value));
  // With the places of the currency, also where nothing is added up.
  const zero = difference(bridge.difference, bridge.difference);
  const total = (values: readonly string[]) =>
    values.reduce((sum, value) => difference(sum, difference('0', value)), zero);
  const valuesOf = (side: Explained['side']) =>
    bridge.explained.filter((one) => one.side === side).map(({ value }) => value);
  const [under, over] = [total([...agreed, ...valuesOf('under')]), total(valuesOf('over'))];
  const left = difference(difference(bridge.difference, under), over);
  const part = (figure: Figure) => <PartRow key={figure.line} {...{ day, statement, figure, columns: ages }} />;
  return (
    <table className="sums bridge">
      <caption>{words.statement.bridge}</caption>
      <BridgeHead {...{ currency, columns: ages }} />
      <tbody>
        {bridge.begins.map(part)}
        <tr className="total">
          <th scope="row" colSpan={1 + ages.length}>
            {words.statement.difference}
          </th>
          <td />
          <td className="number">
            {shownAmount(bridge.difference)}
            <Places of={bridge.difference} />
          </td>
          <td />
        </tr>
        {bridge.agreed.map(part)}
        {quiet.map((one) => (
          <ExplainedRow key={`${one.line} ${one.side}`} {...{ day, statement, one, columns: ages }} />
        ))}
        {open.length === 0 ? null : <GroupHead text={words.statement.openBreaks} columns={ages} />}
        {open.map((one) => (
          <ExplainedRow key={`${one.line} ${one.side}`} {...{ day, statement, one, columns: ages }} isOpen />
        ))}
        {resolved.length === 0 ? null : <GroupHead text={words.statement.resolvedBy} columns={ages} />}
        {resolved.map((one) => (
          <ExplainedRow key={`${one.line} ${one.side}`} {...{ day, statement, one, columns: ages }} />
        ))}
        <tr className="total">
          <th scope="row" colSpan={2 + ages.length}>
            {words.statement.explained}
          </th>
          {[under, over].map((sum, at) => (
            <td key={at === 0 ? 'under' : 'over'} className="number">
              {shownAmount(sum)}
              <Places of={sum} />
            </td>
          ))}
        </tr>
        <ResidualRow parts={[bridge.difference, under, over]} left={left} columns={ages} />
      </tbody>
    </table>
  );
}

interface Columns {
  readonly columns: ReturnType<typeof agesOf>;
}

function BridgeHead({ currency, columns }: Columns & { readonly currency: string }) {
  const words = useWords();
  const { ages } = words.statement;
  return (
    <thead>
      <tr>
        <th scope="col">{words.statement.what}</th>
        {columns.map(([age, name]) => (
          <th key={age} scope="col" className="number">
            <span className="hidden">{words.statement.age} </span>
            {ages[name]}
          </th>
        ))}
        <th scope="col" className="number">
          {words.statement.count}
        </th>
        <th scope="col" className="number">
          {words.statement.under(currency)}
        </th>
        <th scope="col" className="number">
          {words.statement.overs(currency)}
        </th>
      </tr>
    </thead>
  );
}

/** What the bridge leaves over, from the figures as they stand above. */
interface ResidualRowProps extends Columns {
  readonly parts: readonly [string, string, string];
  readonly left: string;
}

function ResidualRow({ parts, left, columns }: ResidualRowProps) {
  const words = useWords();
  const [all, under] = parts.map(shownAmount);
  const over = `${parts[2].startsWith('-') ? '−' : '+'} ${shownAmount(sizeOf(parts[2]))}`;
  return (
    <tr className="bridge-residual">
      <th scope="row" colSpan={3 + columns.length}>
        <strong>{words.statement.residual}</strong> <span className="quiet">{`= ${all} − (${under} ${over})`}</span>
      </th>
      <td className={isZero(left) ? 'number' : 'number missing'}>
        <span className="figure">
          {shownAmount(left)}
          <Places of={left} />
        </span>
      </td>
    </tr>
  );
}

function GroupHead({ text, columns }: Columns & { readonly text: string }) {
  return (
    <tr className="group">
      <th scope="colgroup" colSpan={4 + columns.length}>
        {text}
      </th>
    </tr>
  );
}

/** What it begins with, or what agrees. */
function PartRow({ day, statement, figure, columns }: TableProps & Columns & { readonly figure: Figure }) {
  const title = useLineTitle();
  const { line, sign, value } = figure;
  return (
    <tr>
      <th scope="row" colSpan={1 + columns.length}>
        {sign === '-' ? '−' : '+'} {title(line)}
      </th>
      <td />
      <td className="number">
        <FigureLink {...{ day, statement }} line={line} text={shownFigure(figure)} />
        <Places of={value} />
      </td>
      <td />
    </tr>
  );
}

interface ExplainedRowProps extends TableProps, Columns {
  readonly one: Explained;
  readonly isOpen?: boolean;
}

function ExplainedRow({ day, statement, one, columns, isOpen = false }: ExplainedRowProps) {
  const title = useLineTitle();
  const { line, side, count, value, ages } = one;
  const isMissing = isOpen && side === 'under';
  const amount = (
    <>
      <FigureLink
        {...{ day, statement, line, part: { side } }}
        text={shownAmount(value)}
        {...(isMissing ? { className: 'missing' } : {})}
      />
      <Places of={value} />
    </>
  );
  return (
    <tr>
      <th scope="row">{title(line)}</th>
      {columns.map(([age], at) => (
        <td key={age} className="number quiet">
          {isQuiet(one) || ages[at] === 0 || ages[at] === undefined ? (
            '·'
          ) : (
            <FigureLink {...{ day, statement, line, part: { side, age } }} text={`${ages[at]}`} />
          )}
        </td>
      ))}
      <td className="number">
        <FigureLink {...{ day, statement, line, part: { side } }} text={`${count}`} />
      </td>
      <td className="number">{side === 'under' ? amount : null}</td>
      <td className="number">{side === 'over' ? amount : null}</td>
    </tr>
  );
}

// The bridge of a statement: from the orders that should be paid to what was settled, by what explains the difference.

import type { Explained, Figure } from '../api/statement-types.ts';
import { difference, isZero, shownAmount } from '../state/amount.ts';
import { useWords } from '../words/words.ts';
import { FigureLink, shownFigure, type TableProps, useLineTitle } from './figure-link.tsx';

export function BridgeTable({ day, statement }: TableProps) {
  const words = useWords();
  const title = useLineTitle();
  const { bridge, currency } = statement;
  const quiet = bridge.explained.filter(({ line }) => line === 'pending' || line === 'tolerance');
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
  const part = (figure: Figure) => (
    <tr key={figure.line}>
      <th scope="row" colSpan={5}>
        {figure.sign === '-' ? '−' : '+'} {title(figure.line)}
      </th>
      <td />
      <td className="number">
        <FigureLink {...{ day, statement }} line={figure.line} text={shownFigure(figure)} />
      </td>
      <td />
    </tr>
  );
  return (
    <table className="sums bridge">
      <caption>{words.statement.bridge}</caption>
      <BridgeHead currency={currency} />
      <tbody>
        {bridge.begins.map(part)}
        <tr className="total">
          <th scope="row" colSpan={5}>
            {words.statement.difference}
          </th>
          <td />
          <td className="number">{shownAmount(bridge.difference)}</td>
          <td />
        </tr>
        {bridge.agreed.map(part)}
        {quiet.map((one) => (
          <ExplainedRow key={`${one.line} ${one.side}`} {...{ day, statement, one }} />
        ))}
        {open.length === 0 ? null : <GroupHead text={words.statement.openBreaks} />}
        {open.map((one) => (
          <ExplainedRow key={`${one.line} ${one.side}`} {...{ day, statement, one }} isOpen />
        ))}
        {resolved.length === 0 ? null : <GroupHead text={words.statement.resolvedBy} />}
        {resolved.map((one) => (
          <ExplainedRow key={`${one.line} ${one.side}`} {...{ day, statement, one }} />
        ))}
        <tr className="total">
          <th scope="row" colSpan={6}>
            {words.statement.explained}
          </th>
          <td className="number">{shownAmount(under)}</td>
          <td className="number">{shownAmount(over)}</td>
        </tr>
        <ResidualRow parts={[bridge.difference, under, over]} left={left} />
      </tbody>
    </table>
  );
}

function BridgeHead({ currency }: { readonly currency: string }) {
  const words = useWords();
  const { ages } = words.statement;
  return (
    <thead>
      <tr>
        <th scope="col">{words.statement.what}</th>
        {[ages.first, ages.second, ages.third, ages.fourth].map((age) => (
          <th key={age} scope="col" className="number">
            <span className="hidden">{words.statement.age} </span>
            {age}
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
function ResidualRow({ parts, left }: { readonly parts: readonly [string, string, string]; readonly left: string }) {
  const words = useWords();
  const [all, under, over] = parts.map(shownAmount);
  return (
    <tr className="bridge-residual">
      <th scope="row" colSpan={7}>
        <strong>{words.statement.residual}</strong>{' '}
        <span className="quiet">{`= ${all} − (${under} ${over?.startsWith('−') ? '' : '+ '}${over})`}</span>
      </th>
      <td className={isZero(left) ? 'number' : 'number missing'}>
        <span className="figure">{shownAmount(left)}</span>
      </td>
    </tr>
  );
}

function GroupHead({ text }: { readonly text: string }) {
  return (
    <tr className="group">
      <th scope="colgroup" colSpan={8}>
        {text}
      </th>
    </tr>
  );
}

function ExplainedRow({ day, statement, one, isOpen = false }: TableProps & { one: Explained; isOpen?: boolean }) {
  const title = useLineTitle();
  const { line, side, count, value, ages } = one;
  const isMissing = isOpen && side === 'under';
  const amount = (
    <FigureLink
      {...{ day, statement, line }}
      text={shownAmount(value)}
      {...(isMissing ? { className: 'missing' } : {})}
    />
  );
  const places = ['first', 'second', 'third', 'fourth'];
  return (
    <tr>
      <th scope="row">{title(line)}</th>
      {places.map((place, at) => (
        <td key={place} className="number quiet">
          {ages[at] === 0 || ages[at] === undefined ? '·' : ages[at]}
        </td>
      ))}
      <td className="number">
        <FigureLink {...{ day, statement, line }} text={`${count}`} />
      </td>
      <td className="number">{side === 'under' ? amount : null}</td>
      <td className="number">{side === 'over' ? amount : null}</td>
    </tr>
  );
}

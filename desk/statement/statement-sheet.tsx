// The sheet of one statement, as it is read and as it prints.

import { useNameOf } from '../api/queries.ts';
import type { DayStatements, Statement } from '../api/statement-types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { isZero, shownAmount } from '../state/amount.ts';
import { cityOf, offsetOf, wholeTime } from '../state/time.ts';
import { LinedUp, Places } from '../ui/money.tsx';
import { useWords } from '../words/words.ts';
import { BridgeTable } from './bridge-table.tsx';
import { FigureLink, shownFigure, type TableProps, useLineTitle } from './figure-link.tsx';

interface SheetProps {
  readonly day: DayStatements;
  readonly statement: Statement;
}

export function StatementSheet({ day, statement }: SheetProps) {
  const words = useWords();
  const { zone } = day;
  const offset = offsetOf(zone, `${day.day}T12:00:00Z`);
  return (
    <article className="sheet">
      <header>
        <div>
          <h2>{words.statement.of(day.day)}</h2>
          <p>
            {statement.merchant || words.statement.noMerchant} · {providerName(statement.provider)} ·{' '}
            <strong>{statement.currency}</strong>
          </p>
          <p className="quiet">
            {words.statement.zone(words.city(cityOf(zone)), offset)} ·{' '}
            {words.statement.asOf(wholeTime(day.as_of, zone))}
            {day.over ? '' : ` · ${words.statement.notOver}`}
          </p>
        </div>
        <div className="residual">
          <p>{words.statement.residualIn(statement.currency)}</p>
          <p className={isZero(statement.residual) ? 'figure' : 'figure missing'}>{shownAmount(statement.residual)}</p>
        </div>
      </header>
      <LinedUp amounts={amountsOf(statement)} least={0}>
        <div className="sheet-parts">
          <div>
            <GatewayTable day={day.day} statement={statement} />
            <ClearingTable day={day.day} statement={statement} />
            <ClosedLine statement={statement} />
          </div>
          <BridgeTable day={day.day} statement={statement} />
        </div>
      </LinedUp>
    </article>
  );
}

/** A fee may have more decimals than its currency. */
function amountsOf({ gateway, late, clearing, bridge }: Statement): string[] {
  const figures = [gateway.moves, late ?? [], clearing, bridge.begins, bridge.agreed, bridge.explained].flat();
  return [gateway.opening, gateway.closing, bridge.difference, ...figures.map(({ value }) => value)];
}

function GatewayTable({ day, statement }: TableProps) {
  const words = useWords();
  const title = useLineTitle();
  const { gateway, currency } = statement;
  return (
    <table className="sums">
      <caption>{words.statement.gateway}</caption>
      <thead>
        <tr>
          <th scope="col">{words.statement.what}</th>
          <th scope="col" className="number">
            {currency}
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{words.statement.opening}</th>
          <td className="number">
            <FigureLink {...{ day, statement }} line="opening" text={shownAmount(gateway.opening)} />
            <Places of={gateway.opening} />
          </td>
        </tr>
        {gateway.moves.map((figure) => (
          <tr key={figure.line}>
            <th scope="row">
              {figure.sign === '-' ? '−' : '+'} {title(figure.line)}
            </th>
            <td className="number">
              <FigureLink {...{ day, statement }} line={figure.line} text={shownFigure(figure)} />
              <Places of={figure.value} />
            </td>
          </tr>
        ))}
        {(statement.late ?? []).map(({ what, sign, value }) => (
          <tr key={`late ${what}`}>
            <th scope="row">
              {sign === '-' ? '−' : '+'} {words.statement.late(title(what))}
            </th>
            <td className="number">
              <FigureLink
                {...{ day, statement }}
                line={`late:${what}`}
                text={shownFigure({ line: what, sign, value })}
              />
              <Places of={value} />
            </td>
          </tr>
        ))}
        <tr className="total">
          <th scope="row">{words.statement.closing}</th>
          <td className="number">
            <FigureLink {...{ day, statement }} line="closing" text={shownAmount(gateway.closing)} />
            <Places of={gateway.closing} />
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** Who closed the day, and the hash of what was frozen. */
function ClosedLine({ statement: { closed } }: Pick<TableProps, 'statement'>) {
  const words = useWords();
  const nameOf = useNameOf();
  if (closed == null) return null;
  return (
    <p className="quiet">
      <strong>{words.statement.closedTitle}</strong>{' '}
      {words.statement.closedBy(nameOf(closed.by.person), nameOf(closed.approved.person))}
      <br />
      <span className="mono">sha256 {closed.sha256}</span>
    </p>
  );
}

function ClearingTable({ day, statement }: TableProps) {
  const words = useWords();
  const title = useLineTitle();
  if (statement.clearing.length === 0) return null;
  return (
    <table className="sums">
      <caption>{words.statement.clearing}</caption>
      <tbody>
        {statement.clearing.map((figure) => (
          <tr key={figure.line}>
            <th scope="row">{title(figure.line)}</th>
            <td className="number">
              <FigureLink {...{ day, statement }} line={figure.line} text={shownFigure(figure)} />
              <Places of={figure.value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

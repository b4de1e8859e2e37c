// The sheet of one statement, as it is read and as it prints.

import { Link } from 'wouter';
import { CAUSE_WORDS } from '../../src/domain/cause-words.ts';
import type { Cause } from '../../src/domain/decision.ts';
import type { Language } from '../../src/domain/language.ts';
import type { DayStatements, Explained, Figure, Statement } from '../api/types.ts';
import { providerName } from '../breaks/facet-words.ts';
import { difference, isZero, shownAmount, sizeOf } from '../state/amount.ts';
import { cityOf, offsetOf, wholeTime } from '../state/time.ts';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';

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
            {words.statement.zone(cityOf(zone), offset)} · {words.statement.asOf(wholeTime(day.as_of, zone))}
            {day.over ? '' : ` · ${words.statement.notOver}`}
          </p>
        </div>
        <div className="residual">
          <p>{words.statement.residualIn(statement.currency)}</p>
          <p className={isZero(statement.residual) ? 'figure' : 'figure missing'}>{shownAmount(statement.residual)}</p>
        </div>
      </header>
      <div className="sheet-parts">
        <div>
          <GatewayTable day={day.day} statement={statement} />
          <ClearingTable day={day.day} statement={statement} />
        </div>
        <BridgeTable day={day.day} statement={statement} />
      </div>
    </article>
  );
}

interface TableProps {
  readonly day: string;
  readonly statement: Statement;
}

/** A figure that opens the rows that it is the sum of. */
function FigureLink({
  day,
  statement,
  line,
  text,
  className,
}: TableProps & { line: string; text: string; className?: string }) {
  const { merchant, provider, currency } = statement;
  const query = new URLSearchParams({ line, merchant, provider, currency });
  return (
    <Link href={`/statements/${day}/rows?${query}`} className={`figure-link ${className ?? ''}`}>
      {text}
    </Link>
  );
}

function lineTitle(line: string, words: Words, language: Language): string {
  const { statement } = words;
  const kind = line.replace(/^total:/, '');
  if (kind === 'pending' || kind === 'tolerance') return statement[kind];
  if (kind.startsWith('resolved:'))
    return statement.resolved(CAUSE_WORDS[language][kind.slice(9) as Cause] ?? kind.slice(9));
  return statement.moves[kind] ?? reasonTitle(kind, language);
}

export function useLineTitle(): (line: string) => string {
  const words = useWords();
  const language = useLanguage();
  const { statement } = words;
  return (line) => {
    if (line === 'opening' || line === 'closing' || line === 'difference') return statement[line];
    return lineTitle(line, words, language);
  };
}

function shownFigure({ sign, value }: Figure): string {
  if (isZero(value)) return shownAmount(sizeOf(value));
  const isLess = (sign === '-') !== value.startsWith('-');
  return `${isLess ? '−' : '+'}${shownAmount(sizeOf(value))}`;
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
          </td>
        </tr>
        {gateway.moves.map((figure) => (
          <tr key={figure.line}>
            <th scope="row">
              {figure.sign === '-' ? '−' : '+'} {title(figure.line)}
            </th>
            <td className="number">
              <FigureLink {...{ day, statement }} line={figure.line} text={shownFigure(figure)} />
            </td>
          </tr>
        ))}
        <tr className="total">
          <th scope="row">{words.statement.closing}</th>
          <td className="number">
            <FigureLink {...{ day, statement }} line="closing" text={shownAmount(gateway.closing)} />
          </td>
        </tr>
      </tbody>
    </table>
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
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function BridgeTable({ day, statement }: TableProps) {
  const words = useWords();
  const title = useLineTitle();
  const { bridge, currency } = statement;
  const quiet = bridge.explained.filter(({ line }) => line === 'pending' || line === 'tolerance');
  const resolved = bridge.explained.filter(({ line }) => line.startsWith('resolved:'));
  const open = bridge.explained.filter((one) => !quiet.includes(one) && !resolved.includes(one));
  const sumOf = (side: Explained['side']) =>
    bridge.explained
      .filter((one) => one.side === side)
      .reduce((sum, { value }) => difference(sum, difference('0', value)), '0');
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
          <td className="number">{shownAmount(sumOf('under'))}</td>
          <td className="number">{shownAmount(sumOf('over'))}</td>
        </tr>
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

// How many breaks were open at the end of each day, as a line and as a table.

import { Link } from 'wouter';
import { useWords } from '../words/words.ts';
import type { ReportDay } from './report-days.tsx';

interface TrendProps {
  readonly days: readonly ReportDay[];
  /** How many are open now. */
  readonly now: number;
}

const [WIDTH, HEIGHT] = [560, 150] as const;
const SPACE = { left: 44, right: 40, top: 14, bottom: 24 } as const;
const STEPS = [1, 2, 5] as const;

interface Point {
  readonly name: string;
  /** Null of now. */
  readonly day: string | null;
  readonly count: number;
}

export function TrendBox({ days, now }: TrendProps) {
  const { overview: words } = useWords();
  const points: Point[] = [
    ...days.map(({ day, breaks }) => ({ name: day.slice(5), day, count: breaks })),
    { name: words.now, day: null, count: now },
  ];
  return (
    <section className="box">
      <h2>
        {words.trend} <span className="hint">{words.trendHint}</span>
      </h2>
      {days.length === 0 ? (
        <p className="inside quiet">{words.trendNone}</p>
      ) : (
        <div className="trend">
          <TrendLine points={points} />
          <TrendTable points={points} />
        </div>
      )}
    </section>
  );
}

/** The least of 1, 2, 5, 10, 20 and so on of which four are as many. */
function stepFor(most: number): number {
  for (let power = 1; ; power *= 10) {
    const step = STEPS.find((one) => one * power * 4 >= most);
    if (step !== undefined) return step * power;
  }
}

function TrendLine({ points }: { readonly points: readonly Point[] }) {
  const { overview: words } = useWords();
  const counts = points.map(({ count }) => count);
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  const step = stepFor(high);
  const xOf = (at: number) => SPACE.left + ((WIDTH - SPACE.left - SPACE.right) * at) / Math.max(1, points.length - 1);
  const yOf = (count: number) => HEIGHT - SPACE.bottom - ((HEIGHT - SPACE.top - SPACE.bottom) * count) / (step * 4);
  const [first, last] = [points[0]!, points.at(-1)!];
  const grid = [0, 1, 2, 3, 4].map((at) => at * step);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${words.trend}: ${words.trendText(first.name, last.name, low, high)}`}
    >
      {grid.map((count) => (
        <g key={count}>
          <line className="grid-line" x1={SPACE.left} x2={WIDTH - SPACE.right} y1={yOf(count)} y2={yOf(count)} />
          <text x={SPACE.left - 6} y={yOf(count) + 4} textAnchor="end">
            {count}
          </text>
        </g>
      ))}
      <polyline className="trend-line" points={points.map(({ count }, at) => `${xOf(at)},${yOf(count)}`).join(' ')} />
      <circle className="trend-dot" cx={xOf(points.length - 1)} cy={yOf(last.count)} r="3.5" />
      <text className="trend-now" x={xOf(points.length - 1) + 7} y={yOf(last.count) + 4}>
        {last.count}
      </text>
      <text x={xOf(0)} y={HEIGHT - 6} textAnchor="middle">
        {first.name}
      </text>
      <text x={xOf(points.length - 1)} y={HEIGHT - 6} textAnchor="middle">
        {last.name}
      </text>
    </svg>
  );
}

function TrendTable({ points }: { readonly points: readonly Point[] }) {
  const { overview: words } = useWords();
  const rows = points.map((point, at) => ({ ...point, change: at === 0 ? null : point.count - points[at - 1]!.count }));
  return (
    <details>
      <summary>{words.trendTable}</summary>
      <table className="facts">
        <caption className="hidden">{words.trend}</caption>
        <thead>
          <tr>
            <th scope="col">{words.trendHint}</th>
            <th scope="col" className="number">
              {words.open}
            </th>
            <th scope="col" className="number">
              {words.change}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(({ name, day, count, change }) => (
            <tr key={name}>
              <th scope="row">{day ?? name}</th>
              <td className="number">
                <Link href={day === null ? '/breaks' : `/statements/${day}`} className="figure-link">
                  {count}
                </Link>
              </td>
              <td className="number">{change === null ? '—' : shownChange(change)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function shownChange(change: number): string {
  return change > 0 ? `+${change}` : `${change}`.replace('-', '−');
}

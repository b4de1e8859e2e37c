// Where all stands: open breaks by currency and by reason and age, and what waits for oneself. Each number opens its
// list, which has just so many rows.

import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import { get } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { useAwaiting, useCases } from '../api/queries.ts';
import type { CasesPage, Counted } from '../api/types.ts';
import { mayApprove } from '../approvals/open-proposals.ts';
import { AGES, apiQuery } from '../state/case-query.ts';
import { mayWork, seesAll, useMyself } from '../state/session.ts';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';
import { CurrencyBox } from './currency-box.tsx';
import { countOf, list, NOTHING, NumberLink } from './number-link.tsx';
import { PendingBox } from './pending-box.tsx';
import { useReportDays } from './report-days.tsx';
import { TrendBox } from './trend-box.tsx';

export function OverviewPage() {
  const words = useWords();
  const me = useMyself();
  const { data, error, refetch } = useCases(list(NOTHING), 1);
  const days = useReportDays();
  return (
    <Page
      title={words.overview.title}
      className="boxes"
      keys={[
        [['g', 'b'], words.nav.breaks],
        [['g', 'a'], words.nav.approvals],
        [['g', 's'], words.nav.statements],
      ]}
      end={words.overview.everyNumber}
    >
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data === undefined ? null : (
        <div className="columns">
          <div className="column">
            <CurrencyBox page={data} days={days} />
            <PendingBox />
            <TrendBox days={days} now={data.total} />
            <GridBox page={data} />
          </div>
          <div className="column side">
            {mayWork(me) ? <MineBox /> : null}
            <StatesBox page={data} />
            {seesAll(me) ? <SourcesBox /> : null}
          </div>
        </div>
      )}
    </Page>
  );
}

function GridBox({ page }: { readonly page: CasesPage }) {
  const { overview: words } = useWords();
  const language = useLanguage();
  const reasons = page.facets.reason;
  const byAge = useByAge();
  return (
    <section className="box scroll-x">
      <h2>
        {words.grid} <span className="hint">{words.gridHint}</span>
      </h2>
      <table className="facts grid">
        <thead>
          <tr>
            <th scope="col">{words.reason}</th>
            {AGES.map((age) => (
              <th key={age} scope="col" className="number">
                {age.replace('11+', '>10').replace('-', '–')}
              </th>
            ))}
            <th scope="col" className="number">
              {words.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ value: reason, count }) => (
            <tr key={reason}>
              <th scope="row">{reasonTitle(reason, language)}</th>
              {AGES.map((age, at) => {
                const inAge = countOf(byAge[at] ?? [], reason);
                return (
                  <td key={age} className="number">
                    {inAge === 0 ? (
                      <span className="none">·</span>
                    ) : (
                      <NumberLink count={inAge} filters={{ reason: [reason], age: [age] }} />
                    )}
                  </td>
                );
              })}
              <td className="number strong">
                <NumberLink count={count} filters={{ reason: [reason] }} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="total">
            <th scope="row">{words.total}</th>
            {AGES.map((age) => (
              <td key={age} className="number strong">
                <NumberLink count={countOf(page.facets.age, age)} filters={{ age: [age] }} />
              </td>
            ))}
            <td className="number strong">
              <NumberLink count={page.total} filters={NOTHING} />
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** How many of each reason are of an age: one question for each age. */
function useByAge(): readonly (readonly Counted[])[] {
  const answers = useQueries({
    queries: AGES.map((age) => {
      const url = `/v1/cases?${apiQuery(list({ age: [age] }), 1)}`;
      return { queryKey: [url], queryFn: () => get<CasesPage>(url), refetchInterval: 60_000 };
    }),
  });
  return answers.map(({ data }) => data?.facets.reason ?? []);
}

function MineBox() {
  const words = useWords();
  const myself = useMyself();
  const me = myself.person.id;
  const mine = useCases(list({ owner: [me] }), 1).data;
  const all = useCases(list(NOTHING), 1).data;
  const awaiting = useAwaiting('me').data;
  const facet = (page: CasesPage | undefined, name: 'due' | 'status' | 'owner', value: string) =>
    countOf(page?.facets[name] ?? [], value);
  const rows = [
    { name: words.overview.owned, count: mine?.total ?? 0, filters: { owner: [me] } },
    { name: words.overview.overdue, count: facet(mine, 'due', 'overdue'), filters: { owner: [me], due: ['overdue'] } },
    { name: words.overview.today, count: facet(mine, 'due', 'today'), filters: { owner: [me], due: ['today'] } },
    {
      name: words.overview.reopened,
      count: facet(mine, 'status', 'reopened'),
      filters: { owner: [me], status: ['reopened'] },
    },
    { name: words.overview.stale, count: facet(mine, 'status', 'stale'), filters: { owner: [me], status: ['stale'] } },
    { name: words.overview.unowned, count: facet(all, 'owner', '-'), filters: { owner: ['-'] } },
  ];
  return (
    <section className="box">
      <h2>{words.overview.mine}</h2>
      <table className="facts">
        <tbody>
          {rows.map(({ name, count, filters }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number strong">
                <NumberLink count={count} filters={filters} />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">{words.overview.awaiting}</th>
            <td className="number strong">
              <Link href="/approvals?show=mine" className="figure-link">
                {awaiting?.proposals.filter((one) => mayApprove(myself, one)).length ?? 0}
              </Link>
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function StatesBox({ page }: { readonly page: CasesPage }) {
  const words = useWords();
  return (
    <section className="box">
      <h2>{words.overview.states}</h2>
      <table className="facts">
        <tbody>
          {(Object.keys(words.states) as (keyof typeof words.states)[]).map((state) => (
            <tr key={state}>
              <th scope="row">{words.states[state]}</th>
              <td className="number strong">
                <NumberLink count={countOf(page.facets.status, state)} filters={{ status: [state] }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SourcesBox() {
  const { overview: words } = useWords();
  const alerts = useLive<{ readonly alerts: readonly { readonly until: string | null }[] }>('/v1/alerts').data;
  const reports = useLive<{ readonly reports: readonly { readonly is_missing: boolean }[] }>('/v1/settlements').data;
  const unread = useLive<{ readonly webhooks: readonly unknown[] }>('/v1/webhooks/unread').data;
  const rows = [
    { name: words.alerts, count: alerts?.alerts.filter(({ until }) => until === null).length ?? 0, to: '/alerts' },
    { name: words.missing, count: reports?.reports.filter((one) => one.is_missing).length ?? 0, to: '/sources' },
    { name: words.unread, count: unread?.webhooks.length ?? 0, to: '/sources' },
  ];
  return (
    <section className="box">
      <h2>{words.sources}</h2>
      <table className="facts">
        <tbody>
          {rows.map(({ name, count, to }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number strong">
                <Link href={to} className="figure-link">
                  {count}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

// Alerts that are raised, and those of the last days.

import { useLive } from '../api/live.ts';
import { useDesk } from '../api/queries.ts';
import type { Message } from '../api/types.ts';
import { wholeTime } from '../state/time.ts';
import { Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { useLanguage, useWords } from '../words/words.ts';

interface Alert {
  readonly alert: string;
  readonly about: string;
  readonly severity: string;
  readonly since: string;
  readonly until: string | null;
  readonly message: Message;
  readonly next: Message;
}

export function AlertsPage() {
  const { alerts: words } = useWords();
  const { data, error, refetch } = useLive<{ readonly alerts: readonly Alert[] }>('/v1/alerts');
  const raised = data?.alerts.filter(({ until }) => until === null) ?? [];
  const past = data?.alerts.filter(({ until }) => until !== null) ?? [];
  return (
    <Page title={words.title} className="boxes stack">
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data === undefined ? null : (
        <>
          <section className="box">
            <h2>{words.active}</h2>
            {raised.length === 0 ? <Empty title={words.none} /> : <AlertTable alerts={raised} />}
          </section>
          {past.length === 0 ? null : (
            <section className="box">
              <h2>{words.past}</h2>
              <AlertTable alerts={past} />
            </section>
          )}
        </>
      )}
    </Page>
  );
}

function AlertTable({ alerts }: { readonly alerts: readonly Alert[] }) {
  const { alerts: words } = useWords();
  const language = useLanguage();
  const desk = useDesk().data;
  const timeOf = (at: string) => (desk === undefined ? at : wholeTime(at, desk.zone));
  return (
    <table className="facts alerts">
      <thead>
        <tr>
          <th scope="col">{words.since}</th>
          <th scope="col">{words.alert}</th>
          <th scope="col">{words.message}</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map(({ alert, about, severity, since, until, message, next }) => (
          <tr key={`${alert} ${about} ${since}`}>
            <td>
              {timeOf(since)}
              {until === null ? '' : ` ${words.until} ${timeOf(until)}`}
            </td>
            <td>
              <strong>{words.severity[severity] ?? severity}</strong> {about}
            </td>
            <td className="why">
              {message[language]} {next[language]}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

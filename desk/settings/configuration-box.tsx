// What is configured for people, for admins: the channels of notices, each with a test that shows the other side's own
// words, and who gets which cases, with how many each row catches now.

import { useState } from 'react';
import { post } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { useNameOf } from '../api/queries.ts';
import { providerName } from '../breaks/facet-words.ts';
import { shownAmount } from '../state/amount.ts';
import { useMyself } from '../state/session.ts';
import { useOnce } from '../ui/once.ts';
import { Empty, Failed, Loading, problemText } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';

interface RoutingRow {
  readonly merchant: string | null;
  readonly provider: string | null;
  readonly reason: string | null;
  readonly currency: string | null;
  readonly value_from: string | null;
  readonly owner: string;
  readonly escalate_to: string | null;
  readonly due_days: number | null;
  readonly catches: number;
}

interface Configured {
  readonly routing: readonly RoutingRow[];
  readonly uncaught: number;
  readonly channels: readonly {
    readonly name: string;
    readonly kind: string;
    readonly events: readonly string[];
    readonly merchants: readonly string[];
  }[];
  readonly mail: boolean;
}

export function ConfigurationBoxes() {
  const { settings: words } = useWords();
  const { data, error, refetch } = useLive<Configured>('/v1/configuration');
  if (data === undefined) {
    return (
      <section className="box">
        <h2>{words.channels}</h2>
        {error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} />}
      </section>
    );
  }
  return (
    <>
      <ChannelsBox {...data} />
      <RoutingBox {...data} />
    </>
  );
}

function ChannelsBox({ channels, mail }: Configured) {
  const words = useWords();
  const { settings } = words;
  const hasAddress = useMyself().person.mail !== null;
  const once = useOnce();
  const [told, setTold] = useState<{ readonly of: string; readonly text: string } | null>(null);
  const test = (of: string, target: object) =>
    once(async () => {
      setTold({ of, text: settings.testing });
      try {
        const { taken, words: own } = await post<{ taken: boolean; words: string }>('/v1/notify/test', target);
        setTold({ of, text: `${taken ? settings.taken : settings.notTaken} ${own}` });
      } catch (error) {
        setTold({ of, text: problemText(error as Error, words) });
      }
    });
  return (
    <section className="box scroll-x channels">
      <h2>
        {settings.channels} <span className="hint">{settings.fromFile}</span>
      </h2>
      {channels.length === 0 && !mail ? <Empty title={settings.noChannels} /> : null}
      <table className="facts">
        <tbody>
          {channels.map(({ name, kind, events, merchants }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{settings.channelKinds[kind] ?? kind}</td>
              <td className="why mono">{events.join(' ')}</td>
              <td className="why">{merchants.includes('*') ? settings.forAll : words.list(merchants)}</td>
              <td>
                <button type="button" className="link" onClick={() => test(name, { channel: name })}>
                  {settings.test(name)}
                </button>
              </td>
            </tr>
          ))}
          {mail && hasAddress ? (
            <tr>
              <th scope="row">{settings.ownMail}</th>
              <td>{settings.channelKinds.mail}</td>
              <td colSpan={2} />
              <td>
                <button type="button" className="link" onClick={() => test(settings.ownMail, { mail: true })}>
                  {settings.test(settings.ownMail)}
                </button>
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
      <p className="inside" role="status">
        {told === null ? null : (
          <>
            <strong>{told.of}</strong> <span className="told-words">{told.text}</span>
          </>
        )}
      </p>
    </section>
  );
}

function RoutingBox({ routing, uncaught }: Configured) {
  const { settings: words, nobody } = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const fits = ({ merchant, provider, reason, currency, value_from: from }: RoutingRow) => [
    ...(merchant === null ? [] : [merchant]),
    ...(provider === null ? [] : [providerName(provider)]),
    ...(reason === null ? [] : [reasonTitle(reason, language)]),
    ...(currency === null ? [] : [currency]),
    ...(from === null ? [] : [`≥ ${shownAmount(from)}`]),
  ];
  return (
    <section className="box scroll-x">
      <h2>
        {words.routing} <span className="hint">{words.routingHint}</span>
      </h2>
      <table className="facts">
        <thead>
          <tr>
            <th scope="col" className="number">
              #
            </th>
            <th scope="col">{words.fits}</th>
            <th scope="col">{words.owner}</th>
            <th scope="col">{words.due}</th>
            <th scope="col">{words.escalation}</th>
            <th scope="col" className="number">
              {words.catches}
            </th>
          </tr>
        </thead>
        <tbody>
          {routing.map((row, at) => (
            // Two rows may be alike; the order is what they are known by.
            // biome-ignore lint/suspicious/noArrayIndexKey: as the file has them.
            <tr key={at}>
              <td className="number">{at + 1}</td>
              <td className="why">{fits(row).join(' · ') || words.every}</td>
              <td>{nameOf(row.owner)}</td>
              <td>{row.due_days === null ? '—' : words.dueDays(row.due_days)}</td>
              <td>{row.escalate_to === null ? '—' : nameOf(row.escalate_to)}</td>
              <td className="number strong">{shownAmount(`${row.catches}`)}</td>
            </tr>
          ))}
          <tr>
            <td />
            <td className="why">{words.rest}</td>
            <td>{nobody}</td>
            <td>—</td>
            <td>—</td>
            <td className="number strong">{shownAmount(`${uncaught}`)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

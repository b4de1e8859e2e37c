// What the reader wants to be told by mail, and how much of a case a mail says.

import { useState } from 'react';
import { post } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { useMyself } from '../state/session.ts';
import { announce } from '../ui/announce.ts';
import { Failed, Loading, problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface Wishes {
  readonly mail: string;
  readonly detail: string;
}

export function NoticesBox() {
  const words = useWords();
  const { settings } = words;
  const { person } = useMyself();
  const refresh = useRefresh();
  const { data, error, refetch } = useLive<Wishes>('/v1/me/notices');
  const [problem, setProblem] = useState('');
  const wish = async (change: Partial<Wishes>) => {
    setProblem('');
    try {
      await post('/v1/me/notices', { ...data!, ...change });
      announce(settings.noticesSaved);
    } catch (failure) {
      setProblem(problemText(failure as Error, words));
    }
    await refresh();
  };
  const choices = [
    { name: 'mail', title: settings.wants, options: settings.wishes },
    { name: 'detail', title: settings.mailDetail, options: settings.details },
  ] as const;
  return (
    <section className="box">
      <h2>{settings.notices}</h2>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data === undefined
        ? null
        : choices.map(({ name, title, options }) => (
            <fieldset key={name} className="setting">
              <legend>{title}</legend>
              {Object.entries(options).map(([value, shown]) => (
                <label key={value}>
                  <input
                    type="radio"
                    name={`notices-${name}`}
                    checked={data[name] === value}
                    onChange={() => void wish({ [name]: value })}
                  />
                  {shown}
                </label>
              ))}
            </fieldset>
          ))}
      {person.mail === null ? <p className="inside hint">{settings.noMail}</p> : null}
      <p className="problem inside-problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

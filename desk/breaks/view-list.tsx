// A reader's own names for lists, each with its list, and how a name is taken away.

import { Link } from 'wouter';
import { post } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { useRefresh } from '../detail/act-dialogs.tsx';
import { announce } from '../ui/announce.ts';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';

interface Views {
  readonly views: readonly { readonly name: string; readonly url: string }[];
}

/** What addresses of views begin with. */
export const BASE = '/desk';

export function useViews(): Views['views'] {
  return useLive<Views>('/v1/views').data?.views ?? [];
}

/** `current` is the address of the list that is shown. */
export function ViewList({ current }: { readonly current?: string }) {
  const words = useWords();
  const { views: view } = words;
  const refresh = useRefresh();
  const views = useViews();
  const remove = async (name: string) => {
    try {
      await post('/v1/views', { name, url: null });
      announce(view.removed(name));
    } catch (error) {
      announce(problemText(error as Error, words));
    }
    await refresh();
  };
  if (views.length === 0) return <p className="hint">{view.none}</p>;
  return views.map(({ name, url }) => (
    <p key={name} className="view">
      <Link href={url.slice(BASE.length)} aria-current={url === current ? 'true' : undefined}>
        {name}
      </Link>
      <button type="button" className="link" aria-label={view.remove(name)} onClick={() => void remove(name)}>
        ×
      </button>
    </p>
  ));
}

// Views: a reader's own names for lists. A view is an address, so what it shows is what its address says.

import { useState } from 'react';
import { post } from '../api/client.ts';
import { DialogActs, useRefresh } from '../detail/act-dialogs.tsx';
import { changed, type ListQuery } from '../state/case-query.ts';
import { announce } from '../ui/announce.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Menu } from '../ui/menu.tsx';
import { problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import { listAddress } from './use-list.ts';
import { BASE, useViews, ViewList } from './view-list.tsx';

const NAME_MAX = 80;

export function ViewsMenu({ query }: { readonly query: ListQuery }) {
  const words = useWords();
  const { views: view } = words;
  const [isOpen, setOpen] = useState(false);
  const views = useViews();
  // Its filters and order, from the first page on.
  const url = `${BASE}${listAddress(changed(query, {}))}`;
  const current = views.find((one) => one.url === url);
  return (
    <>
      <Menu label={current === undefined ? view.title : view.current(current.name)} className="views">
        <ViewList current={url} />
        <button type="button" className="link" onClick={() => setOpen(true)}>
          {view.save}
        </button>
      </Menu>
      {isOpen ? <SaveDialog url={url} names={views.map(({ name }) => name)} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

interface SaveProps {
  readonly url: string;
  readonly names: readonly string[];
  readonly onClose: () => void;
}

function SaveDialog({ url, names, onClose }: SaveProps) {
  const words = useWords();
  const { views: view } = words;
  const refresh = useRefresh();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const send = async () => {
    const text = name.trim();
    if (text === '') return setProblem(view.nameNeeded);
    try {
      await post('/v1/views', { name: text, url });
      announce(view.saved(text));
      await refresh();
      onClose();
    } catch (error) {
      setProblem(problemText(error as Error, words));
    }
  };
  return (
    <Dialog title={view.save} onClose={onClose} onSend={() => void send()}>
      <label>
        {view.name}
        <input value={name} maxLength={NAME_MAX} onChange={(event) => setName(event.target.value)} />
      </label>
      <p className="hint">{names.includes(name.trim()) ? view.replaces : view.hint}</p>
      <p className="mono address">{url}</p>
      <p className="problem" role="alert">
        {problem}
      </p>
      <DialogActs main={words.acts.save} onSend={() => void send()} onClose={onClose} />
    </Dialog>
  );
}

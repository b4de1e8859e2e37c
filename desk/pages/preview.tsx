// How a file would be read: a file of the reader's own, or one that was imported, by a mapping that can be chosen. The
// address has which import and which mapping; a file of one's own is in no address.

import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { upload } from '../api/client.ts';
import { useLive } from '../api/live.ts';
import { announce } from '../ui/announce.ts';
import { useKeys } from '../ui/keys.ts';
import { Failed, Loading, problemText } from '../ui/states.tsx';
import { useWords } from '../words/words.ts';
import type { Words } from '../words/zh.ts';
import { type Preview, PreviewTable } from './preview-table.tsx';

interface Choices {
  readonly providers: readonly { readonly name: string; readonly title: string }[];
  readonly mappings: readonly {
    readonly mapping: string;
    readonly kind: string;
    readonly provider: string;
    readonly account: string | null;
    readonly import: number | null;
    readonly file: string | null;
  }[];
}

type Choice = Choices['mappings'][number];

const KINDS = ['orders', 'callbacks', 'polls', 'settlements', 'bank'] as const;
/** The mapping that is written into the form. */
const WRITTEN = 'written';

/** Who opens it is led to its title, since it stands above the files. */
function Title({ text }: { readonly text: string }) {
  const { sources: words } = useWords();
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current!.focus(), []);
  return (
    <h2 ref={title} tabIndex={-1}>
      {text} <Link href="/sources">{words.close}</Link>
    </h2>
  );
}

interface MappingProps {
  readonly kind: string;
  /** What stands for no choice. */
  readonly first: readonly (readonly [value: string, text: string])[];
  readonly value: string;
  readonly onChoose: (mapping: string) => void;
  readonly canWrite?: boolean;
}

function MappingField({ kind, first, value, onChoose, canWrite = false }: MappingProps) {
  const { sources } = useWords();
  const { preview: words } = sources;
  const { data } = useLive<Choices>('/v1/mappings');
  const fitting = (data?.mappings ?? []).filter((one) => one.kind === kind);
  const given = first.map(([name]) => name);
  return (
    <label>
      {words.mapping}
      <select name="mapping" value={value} onChange={({ target }) => onChoose(target.value)}>
        {first.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
        {fitting
          .filter(({ mapping }) => !given.includes(mapping))
          .map((one) => (
            <option key={one.mapping} value={one.mapping}>
              {mappingText(one, words)}
            </option>
          ))}
        {canWrite ? <option value={WRITTEN}>{words.written}</option> : null}
      </select>
    </label>
  );
}

function mappingText(one: Choice, words: Words['sources']['preview']): string {
  const { provider, account } = one;
  return one.import === null ? words.account(provider, account ?? '') : words.earlier(one.import, one.file ?? '');
}

interface StoredProps {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
}

/** A file that was imported, as the service keeps it. */
export function StoredPreview({ id, name, kind }: StoredProps) {
  const { preview: words } = useWords().sources;
  const [, go] = useLocation();
  const own = `import:${id}`;
  const mapping = new URLSearchParams(useSearch()).get('mapping') ?? own;
  const asked = new URLSearchParams({ mapping_of: mapping });
  const { data, error, refetch } = useLive<Preview>(`/v1/imports/${id}/preview?${asked}`);
  const choose = (to: string) =>
    go(`/sources?${new URLSearchParams({ preview: `${id}`, ...(to === own ? {} : { mapping: to }) })}`, {
      replace: true,
    });
  return (
    <section className="box">
      <Title text={words.titleOf(name)} />
      <div className="inside preview-form">
        <MappingField
          kind={kind}
          value={mapping}
          onChoose={choose}
          first={[
            [own, words.own],
            ['none', words.none],
          ]}
        />
        <p className="hint">{words.stored}</p>
      </div>
      {data === undefined ? error === null ? <Loading /> : <Failed error={error} onAgain={() => refetch()} /> : null}
      {data === undefined ? null : <PreviewTable preview={data} />}
    </section>
  );
}

/** What the form has, and what became of it. */
function usePreview() {
  const words = useWords();
  const { preview: own } = words.sources;
  const [kind, setKind] = useState<string>('settlements');
  const [provider, setProvider] = useState('');
  const [mapping, setMapping] = useState('none');
  const [text, setText] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [pasted, setPasted] = useState('');
  const [read, setRead] = useState<Preview | null>(null);
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const given = file ?? (pasted.trim() === '' ? null : new Blob([pasted]));
  const send = async () => {
    if (isBusy || given === null) return;
    setBusy(true);
    setProblem('');
    setRead(null);
    const query = new URLSearchParams({
      ...{ kind, name: file?.name ?? own.pasted },
      ...(provider === '' ? {} : { provider }),
      ...(mapping === WRITTEN ? { mapping: text } : { mapping_of: mapping }),
    });
    try {
      const done = await upload<Preview>(`/v1/imports/preview?${query}`, given);
      setRead(done);
      announce(own.counted(`${done.rows}`, `${done.taken}`, `${done.rejected}`, `${done.left_out}`));
    } catch (error) {
      setProblem(problemText(error as Error, words));
    }
    setBusy(false);
  };
  const chooseKind = (to: string) => {
    setKind(to);
    setMapping('none');
  };
  const state = { kind, provider, mapping, text, pasted, read, problem, isBusy, canSend: given !== null };
  return { ...state, chooseKind, setProvider, setMapping, setText, setFile, setPasted, send };
}

/** As what the file is read, and by which mapping. */
function ReadingFields({ form }: { readonly form: ReturnType<typeof usePreview> }) {
  const { sources } = useWords();
  const { preview: words } = sources;
  const { data: choices } = useLive<Choices>('/v1/mappings');
  return (
    <>
      <label>
        {sources.kind}
        <select name="kind" value={form.kind} onChange={({ target }) => form.chooseKind(target.value)}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {sources.kinds[kind]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.provider}
        <select name="provider" value={form.provider} onChange={({ target }) => form.setProvider(target.value)}>
          <option value="">—</option>
          {(choices?.providers ?? []).map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <MappingField
        kind={form.kind}
        value={form.mapping}
        onChoose={form.setMapping}
        first={[['none', words.none]]}
        canWrite
      />
      {form.mapping === WRITTEN ? (
        <label className="whole">
          {words.text}
          <textarea
            name="text"
            className="mono"
            rows={6}
            maxLength={12_000}
            spellCheck={false}
            value={form.text}
            onChange={({ target }) => form.setText(target.value)}
          />
        </label>
      ) : null}
    </>
  );
}

/** A file of the reader's own, or some rows of one. */
export function FilePreview() {
  const { preview: words } = useWords().sources;
  const form = usePreview();
  useKeys({ 'Ctrl+Enter': () => void form.send() });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void form.send();
  };
  return (
    <section className="box">
      <Title text={words.title} />
      <form className="inside preview-form" onSubmit={submit}>
        <p className="hint">{words.hint}</p>
        <ReadingFields form={form} />
        <label>
          {words.file}
          <input type="file" onChange={({ target }) => form.setFile(target.files?.[0] ?? null)} />
        </label>
        <label className="whole">
          {words.paste}
          <textarea
            name="pasted"
            className="mono"
            rows={4}
            spellCheck={false}
            value={form.pasted}
            onChange={({ target }) => form.setPasted(target.value)}
          />
        </label>
        <p className="whole">
          <button type="submit" className="button main" disabled={!form.canSend}>
            {words.read} <kbd>Ctrl+Enter</kbd>
          </button>
        </p>
        <p className="problem" role="alert">
          {form.problem}
        </p>
      </form>
      <div role="status">{form.isBusy ? <p className="inside">{words.reading}</p> : null}</div>
      {form.read === null ? null : <PreviewTable preview={form.read} />}
    </section>
  );
}

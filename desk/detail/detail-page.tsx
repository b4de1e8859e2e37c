// One case: what was found, the evidence side by side, what people decided of it, and what happened when.

import { useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { sideOf } from '../../src/domain/break-side.ts';
import { caseUrl, useCases, useNameOf, useWholeCase } from '../api/queries.ts';
import type { ListedCase, WholeCase } from '../api/types.ts';
import { CaseStateText, DueText } from '../breaks/break-table.tsx';
import { providerName } from '../breaks/facet-words.ts';
import { detailAddress, listAddress, useListQuery } from '../breaks/use-list.ts';
import { isAmount, shownAmount, signedAmount } from '../state/amount.ts';
import { PAGE_SIZE } from '../state/case-query.ts';
import { mayWork, useMyself } from '../state/session.ts';
import { useKeys } from '../ui/keys.ts';
import { type KeyHelp, Page } from '../ui/page.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { reasonTitle, useLanguage, useWords, wordFor } from '../words/words.ts';
import { AssignDialog, useAssign } from './act-dialogs.tsx';
import { AttachmentsBox } from './attachments-box.tsx';
import { type Reading, useReading } from './case-version.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { ExchangesBox } from './exchanges-box.tsx';
import { FactList } from './fact-list.tsx';
import { NoteDialog } from './note-dialog.tsx';
import { isUndecided, ProposalBox } from './proposal-box.tsx';
import { SidesBox } from './sides-box.tsx';
import { SuggestionsBox } from './suggestions-box.tsx';
import { TimelineBox } from './timeline-box.tsx';
import { useLinking } from './use-link.ts';

export function DetailPage({ id }: { readonly id: string }) {
  const words = useWords();
  const { data: whole, error, refetch } = useWholeCase(id);
  const [query] = useListQuery();
  const shown = whole?.case ?? null;
  const worker = mayWork(useMyself(), shown?.merchant ?? '*');
  const linking = useLinking(id, shown);
  const mayLink = worker && linking.money !== null && whole !== undefined && isUndecided(whole);
  const acts = useActs(id, whole ?? null, worker, mayLink);
  const title = (
    <>
      <Link href={listAddress(query)} className="crumb">
        {words.detail.crumb}
      </Link>
      <span className="crumb-mark" aria-hidden="true">
        /
      </span>
      <span className="title-key">{shown?.key ?? whole?.transaction?.transaction_reference ?? ''}</span>
    </>
  );
  return (
    <Page
      title={title}
      bar={<DetailBar row={shown} worker={worker} acts={acts} />}
      keys={acts.help}
      className="boxes detail"
    >
      {whole === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failed error={error} onAgain={() => refetch()} />
        )
      ) : (
        <>
          {shown === null ? <Gone standing={whole.standing} end={whole.end} /> : <Sentence row={shown} />}
          <ConflictNotice conflict={acts.reading.conflict} onSeen={acts.reading.forget} />
          <div className="columns">
            <div className="column">
              <SidesBox whole={whole} />
              <SuggestionsBox whole={whole} linking={mayLink ? linking : null} />
              <FactList whole={whole} address={caseUrl(id)} />
              <ExchangesBox name={whole.transaction?.transaction_reference ?? shown?.key ?? null} />
            </div>
            <div className="column side">
              <ProposalBox key={shown?.id} whole={whole} worker={worker} form={acts.form} linking={linking} />
              <AttachmentsBox whole={whole} />
              <TimelineBox whole={whole} />
            </div>
          </div>
        </>
      )}
      {acts.dialog}
    </Page>
  );
}

interface Acts {
  readonly take: () => void;
  readonly assign: () => void;
  readonly note: () => void;
  readonly previous: (() => void) | null;
  readonly next: (() => void) | null;
  readonly position: string | null;
  readonly dialog: React.ReactNode;
  readonly form: React.RefObject<HTMLFormElement | null>;
  readonly help: KeyHelp;
  readonly reading: Reading;
}

function useActs(id: string, whole: WholeCase | null, worker: boolean, mayLink: boolean): Acts {
  const { keys } = useWords();
  const [, go] = useLocation();
  const [query] = useListQuery();
  const near = useNeighbours(id);
  const me = useMyself().person.id;
  const assignTo = useAssign();
  const form = useRef<HTMLFormElement>(null);
  const row = whole?.case ?? null;
  const reading = useReading(id, whole);
  const [open, setOpen] = useState<'assign' | 'note' | null>(null);
  const take = async () => {
    if (row === null) return;
    const mine = { owner: me, due_at: row.due_at, waiting_on: row.waiting_on };
    if ((await assignTo([row], mine, reading)) === 'taken') reading.forget();
  };
  useKeys({
    '[': () => near.previous?.(),
    ']': () => near.next?.(),
    Escape: () => go(listAddress(query)),
    ...(worker && row !== null
      ? {
          m: () => void take(),
          a: () => setOpen('assign'),
          n: () => setOpen('note'),
          p: () => form.current?.querySelector<HTMLElement>('input:checked')?.focus(),
        }
      : {}),
  });
  const close = () => setOpen(null);
  const dialog =
    row === null || open === null ? null : open === 'assign' ? (
      <AssignDialog cases={[row]} whole={whole} onDone={close} onClose={close} />
    ) : (
      <NoteDialog id={row.id} whole={whole} onDone={close} onClose={close} />
    );
  const work: KeyHelp = [
    [['p'], keys.propose],
    ...(mayLink ? [[['l'], keys.link] as const] : []),
    [['n'], keys.note],
    [['a'], keys.assign],
    [['m'], keys.mine],
    [['w'], keys.withdraw],
    [['Ctrl+Enter'], keys.send],
  ];
  return {
    ...{ take: () => void take(), assign: () => setOpen('assign'), note: () => setOpen('note'), ...near },
    ...{ dialog, form, reading },
    help: [[['[', ']'], keys.neighbours], ...(worker ? work : []), [['Esc'], keys.back]],
  };
}

/** The cases before and after it in the list that it was opened from. */
function useNeighbours(id: string): Pick<Acts, 'previous' | 'next' | 'position'> {
  const words = useWords();
  const [, go] = useLocation();
  const [query] = useListQuery();
  const { data } = useCases(query);
  const rows = data?.cases ?? [];
  const at = rows.findIndex((row) => row.id === id);
  const to = (index: number) => {
    const row = at < 0 ? undefined : rows[index];
    return row === undefined ? null : () => go(detailAddress(row.id, query));
  };
  const place = (query.page - 1) * PAGE_SIZE + at + 1;
  const position = at < 0 || data === undefined ? null : words.detail.position(`${place}`, `${data.total}`);
  return { previous: to(at - 1), next: to(at + 1), position };
}

function DetailBar({
  row,
  worker,
  acts,
}: {
  readonly row: ListedCase | null;
  readonly worker: boolean;
  readonly acts: Acts;
}) {
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  return (
    <>
      {row === null ? null : (
        <>
          <span className="tag">{reasonTitle(row.reason, language)}</span>
          <span className="facts-line">
            {[
              row.merchant === '' ? words.noMerchant : row.merchant,
              providerName(row.provider),
              words.stages[row.stage],
              ...(row.age === null ? [] : [words.detail.age(row.age)]),
            ].join(' · ')}{' '}
            · {row.due_at === null ? null : <DueText at={row.due_at} isNamed />} {row.due_at === null ? null : '· '}
            {words.detail.owner(row.owner === null ? words.nobody : nameOf(row.owner))} · <CaseStateText row={row} />
          </span>
        </>
      )}
      <span className="spring" />
      {worker && row !== null ? (
        <>
          <BarButton text={words.acts.mine} keyName="m" onClick={acts.take} />
          <BarButton text={words.acts.assign} keyName="a" onClick={acts.assign} />
          <BarButton text={words.acts.note} keyName="n" onClick={acts.note} />
        </>
      ) : null}
      <BarButton text={words.detail.previous} keyName="[" onClick={acts.previous} />
      {acts.position === null ? null : <span className="position">{acts.position}</span>}
      <BarButton text={words.detail.next} keyName="]" onClick={acts.next} />
    </>
  );
}

interface BarButtonProps {
  readonly text: string;
  readonly keyName: string;
  readonly onClick: (() => void) | null;
}

function BarButton({ text, keyName, onClick }: BarButtonProps) {
  return (
    <button type="button" className="button" disabled={onClick === null} onClick={() => onClick?.()}>
      {text} <kbd>{keyName}</kbd>
    </button>
  );
}

/** That there is no such break any more, and which one stands for it. */
function Gone({ standing, end }: Pick<WholeCase, 'standing' | 'end'>) {
  const { detail, refund } = useWords();
  const [query] = useListQuery();
  if (standing === null) {
    return (
      <Empty
        title={end === null ? detail.gone : `${detail.gone} ${detail.ended(refund.ends[end])}`}
        hint={detail.goneHint}
      />
    );
  }
  return (
    <Empty title={detail.gone}>
      <Link href={detailAddress(standing, query)}>{detail.standing}</Link>
    </Empty>
  );
}

/** What was found, the usual cause and the next step; and the amounts. */
function Sentence({ row }: { readonly row: ListedCase }) {
  const words = useWords();
  const language = useLanguage();
  const [found, ...rest] = row.message[language].split(/(?<=[；;。])\s*/);
  const side = sideOf(row.reason, row.difference);
  const toldOf = (text: string | null) => {
    if (text === null || text === '') return words.unknown;
    return isAmount(text) ? shownAmount(text) : wordFor(text, language);
  };
  return (
    <section className="sentence" aria-label={reasonTitle(row.reason, language)}>
      <p>
        <strong>{found}</strong> {rest.join(language === 'en' ? ' ' : '')}
      </p>
      {row.reason === 'CONFLICTING_EVIDENCE' ? null : (
        <dl>
          <div>
            <dt>{words.detail.expected}</dt>
            <dd>{toldOf(row.expected)}</dd>
          </div>
          <div>
            <dt>{words.detail.observed}</dt>
            <dd>{toldOf(row.observed)}</dd>
          </div>
          {row.difference === null ? null : (
            <div>
              <dt>{words.detail.difference}</dt>
              <dd className={side === 'under' ? 'big missing' : 'big'}>
                {signedAmount(row.difference)} {row.currency} {words.sidesLong[side]}
              </dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}

// What a person may do: for each role the merchants that it is for, as they are typed.

import type { Grant, Role } from '../api/types.ts';
import { useWords } from '../words/words.ts';

const ROLES: readonly Role[] = ['operator', 'approver', 'auditor', 'admin'];

export function GrantFields({ grants }: { readonly grants: readonly Grant[] }) {
  const words = useWords();
  return (
    <fieldset className="grants">
      <legend>{words.settings.roles}</legend>
      <p className="hint">{words.settings.rolesHint}</p>
      {ROLES.map((role) => (
        <label key={role}>
          {words.roles[role]}
          <input
            name={role}
            defaultValue={grants
              .filter((grant) => grant.role === role)
              .map(({ merchant }) => merchant)
              .join(', ')}
          />
        </label>
      ))}
    </fieldset>
  );
}

/** Merchants are separated by commas, also wide ones. */
export function grantsIn(form: FormData): Grant[] {
  return ROLES.flatMap((role) => {
    const names = String(form.get(role) ?? '').split(/[,，、]/);
    const merchants = new Set(names.map((name) => name.trim()).filter((name) => name !== ''));
    return [...merchants].map((merchant) => ({ role, merchant }));
  });
}

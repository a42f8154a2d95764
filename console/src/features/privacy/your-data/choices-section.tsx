import { Section } from '../../../ui/page.tsx'
import { SameAct } from '../../../ui/same-act.tsx'
import { ChoicesPanel } from '../choices/choices-panel.tsx'
import { ConsentHistory } from '../choices/consent-history.tsx'

/** What one's data serves, and what one says to it. */
export const ChoicesSection = () => (
  <Section
    title="Decide what it may serve"
    about="Each word works at once and stops nothing else. What the contract, the law or security needs leaves no choice, and says so."
  >
    <ChoicesPanel whose={null} />
    <details className="small">
      <summary>What you agreed to and took back</summary>
      <ConsentHistory whose={null} />
    </details>
    <SameAct of="choices" cli="avow privacy choices" call={{ method: 'GET', path: '/api/v1/me/privacy/choices' }} />
  </Section>
)

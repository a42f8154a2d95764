import '../privacy.css'
import { useParams } from '@tanstack/react-router'
import { useRole } from '../../../app/use-scope.ts'
import { Page } from '../../../ui/page.tsx'
import { AgreementSection } from './agreement-section.tsx'
import { ProvidersSection } from './providers-section.tsx'
import { RegionSection } from './region-section.tsx'
import { ToldSection } from './told-section.tsx'
import { TrainingSection } from './training-section.tsx'

/** Where an organisation's data may be, who may receive it, what it may train, and what was agreed about it. */
export const OrganisationDataPage = () => {
  const { organisationId } = useParams({ from: '/signed-in/organisations/$organisationId/data' })
  const mayDecide = useRole('owner', 'admin')
  return (
    <Page
      title="Data and agreements"
      about="Where this organisation’s data may be, to whom its prompts may go, what they may train, and what was agreed about it."
    >
      <RegionSection organisationId={organisationId} mayDecide={mayDecide} />
      <ProvidersSection organisationId={organisationId} mayDecide={mayDecide} />
      <TrainingSection organisationId={organisationId} />
      {mayDecide && <AgreementSection organisationId={organisationId} />}
      {mayDecide && <ToldSection organisationId={organisationId} />}
    </Page>
  )
}

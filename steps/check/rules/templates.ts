import { formatPlace, type Place, readDocument } from '../../../configuration/index.ts'
import { type TemplateLibrary, templatesOf } from '../../../rollouts/analysis/index.ts'
import { type Finding, lintDocuments } from '../../../rollouts/lint/index.ts'
import { readGateTemplates, requirePerCluster, requireTemplate } from '../../promote/index.ts'
import { attempt, attemptAsync } from '../attempt.ts'
import type { Subject } from '../subject.ts'
import { pipelineIn } from './apps.ts'

/** The AnalysisTemplates: the traps in them, and whether every gate's are there and judge one cluster. */
export async function checkTemplates(subject: Subject): Promise<Finding[]> {
  const folders = ['analysis', ...subject.apps.map(app => `apps/${app}/analysis`)]
  const documents = folders.flatMap(folder => subject.filesIn(folder).flatMap(file => file.documents))
  const findings = lintDocuments(documents).findings
  for (const app of subject.apps) findings.push(...(await gates(subject, app)))
  // Of a template that a gate names, the linter's warning of a query over the whole fleet is an error, said once.
  const said = new Set(
    findings.filter(({ rule }) => rule === 'fleet-wide-query').map(({ place }) => formatPlace(place)),
  )
  return findings.filter(({ rule, place }) => rule !== 'cluster-not-selected' || !said.has(formatPlace(place)))
}

async function gates(subject: Subject, app: string): Promise<Finding[]> {
  const pipeline = pipelineIn(subject, app)
  if ('finding' in pipeline || !pipeline.value) return [] // said already
  const library = attempt('invalid-template', { file: `apps/${app}/analysis` }, () =>
    readGateTemplates(subject.tree, app),
  )
  if ('finding' in library) return [] // the linter says it of the file
  const file = `apps/${app}/pipeline.yaml`
  const source = readDocument(subject.tree.read(file) ?? '', file)
  const findings: Finding[] = []
  for (const [wave, { gate }] of pipeline.value.waves.entries()) {
    for (const [index, name] of (gate.analysis?.templates ?? []).entries()) {
      const place = source.placeOf(['spec', 'waves', wave, 'gate', 'analysis', 'templates', index])
      const found = attempt('unknown-template', place, () => requireTemplate(library.value, name, app))
      if ('finding' in found) findings.push({ ...found.finding, problem: `${found.finding.problem}: ${name}`, place })
      else findings.push(...(await perCluster(library.value, name, place)))
    }
  }
  return unique(findings)
}

/** What a template, and those that it refers to, ask of the whole fleet. */
async function perCluster(library: TemplateLibrary, name: string, place: Place): Promise<Finding[]> {
  const played = attempt('invalid-template', place, () => templatesOf(library, [name]))
  if ('finding' in played) return [played.finding]
  const found = await Promise.all(
    played.value.map(template => attemptAsync('fleet-wide-query', place, () => requirePerCluster(template))),
  )
  return found.flat()
}

/** Two waves with one template have its fault once. */
function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map(finding => [JSON.stringify(finding), finding])).values()]
}

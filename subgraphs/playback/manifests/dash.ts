import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** An element as fast-xml-parser keeps it when it preserves order: one key with the children, `:@` the attributes. */
type XmlNode = Record<string, unknown>;

const options = {
  ignoreAttributes: false,
  preserveOrder: true,
  attributeNamePrefix: '',
  parseTagValue: false,
  suppressBooleanAttributes: false,
} as const;
const parser = new XMLParser(options);
const builder = new XMLBuilder({ ...options, format: true, suppressEmptyNode: true });

const nameOf = (node: XmlNode): string => Object.keys(node).find((key) => key !== ':@') ?? '';
const childrenOf = (node: XmlNode): XmlNode[] => (node[nameOf(node)] as XmlNode[] | undefined) ?? [];
const named = (nodes: readonly XmlNode[], name: string): XmlNode[] =>
  nodes.filter((node) => nameOf(node) === name);
const attributesOf = (node: XmlNode | undefined): Record<string, string> =>
  (node?.[':@'] as Record<string, string> | undefined) ?? {};
const element = (name: string, attributes: Record<string, string>, children: XmlNode[]): XmlNode => ({
  [name]: children,
  ':@': attributes,
});
const textOf = (node: XmlNode | undefined): string =>
  node === undefined
    ? ''
    : childrenOf(node)
        .map((child) => (child['#text'] as string | undefined) ?? '')
        .join('');

/** The attributes of a segment template that hold URLs. */
const TEMPLATE_URLS = ['initialization', 'media', 'index', 'bitstreamSwitching'];

/**
 * An MPD with some of its representations taken out and the others' files signed (ISO/IEC 23009-1, 5.3.9.4: a
 * segment template is inherited by, and merged into, each representation's own). Every representation gets a
 * template of its own, since each is opened by another signature.
 * @param mpd the manifest as the transcoder made it
 * @param place where a file of the manifest is to be found now, signed; undefined if its representation is not allowed.
 *   What it gets is relative to the manifest and may hold `$Number$` and its like.
 */
export function rewriteMpd(mpd: string, place: (uri: string) => string | undefined): string {
  const tree = parser.parse(mpd) as XmlNode[];
  const root = named(tree, 'MPD')[0];
  if (root === undefined) throw new Error('The manifest holds no MPD element.');
  const rootBase = textOf(named(childrenOf(root), 'BaseURL')[0]);
  root['MPD'] = childrenOf(root)
    .filter((node) => !['BaseURL', 'Location'].includes(nameOf(node)))
    .map((node) => (nameOf(node) === 'Period' ? rewritePeriod(node, rootBase, place) : node));
  return builder.build(tree);
}

function rewritePeriod(period: XmlNode, base: string, place: (uri: string) => string | undefined): XmlNode {
  const periodBase = base + textOf(named(childrenOf(period), 'BaseURL')[0]);
  const children = childrenOf(period)
    .filter((node) => nameOf(node) !== 'BaseURL')
    .map((node) => (nameOf(node) === 'AdaptationSet' ? rewriteAdaptationSet(node, periodBase, place) : node))
    .filter(
      (node) => nameOf(node) !== 'AdaptationSet' || named(childrenOf(node), 'Representation').length > 0,
    );
  return element('Period', attributesOf(period), children);
}

function rewriteAdaptationSet(
  set: XmlNode,
  base: string,
  place: (uri: string) => string | undefined,
): XmlNode {
  const children = childrenOf(set);
  const setBase = base + textOf(named(children, 'BaseURL')[0]);
  const inherited = named(children, 'SegmentTemplate')[0];
  const kept = children
    .filter((node) => !['BaseURL', 'SegmentTemplate'].includes(nameOf(node)))
    .map((node) =>
      nameOf(node) === 'Representation' ? rewriteRepresentation(node, inherited, setBase, place) : node,
    )
    .filter((node) => node !== undefined);
  // what the set says of its greatest picture is no longer true when that picture is gone
  const { maxWidth: _w, maxHeight: _h, maxBandwidth: _b, ...attributes } = attributesOf(set);
  return element('AdaptationSet', attributes, kept);
}

function rewriteRepresentation(
  representation: XmlNode,
  inherited: XmlNode | undefined,
  setBase: string,
  place: (uri: string) => string | undefined,
): XmlNode | undefined {
  const children = childrenOf(representation);
  const base = setBase + textOf(named(children, 'BaseURL')[0]);
  const attributes = attributesOf(representation);
  const own = named(children, 'SegmentTemplate')[0];
  const others = children.filter((node) => !['BaseURL', 'SegmentTemplate'].includes(nameOf(node)));
  if (own === undefined && inherited === undefined) {
    // a single file with an index inside: its base is its address
    const url = place(base);
    if (url === undefined) return undefined;
    return element('Representation', attributes, [element('BaseURL', {}, [{ '#text': url }]), ...others]);
  }
  const template = { ...attributesOf(inherited), ...attributesOf(own) };
  for (const name of TEMPLATE_URLS) {
    if (template[name] === undefined) continue;
    const url = place(
      base +
        template[name]
          .replaceAll('$RepresentationID$', attributes['id'] ?? '')
          .replaceAll('$Bandwidth$', attributes['bandwidth'] ?? ''),
    );
    if (url === undefined) return undefined;
    template[name] = url;
  }
  const timeline =
    named(childrenOf(own ?? {}), 'SegmentTimeline')[0] ??
    named(childrenOf(inherited ?? {}), 'SegmentTimeline')[0];
  // children before the template in the schema's sequence come first; the template is the last but SubRepresentation
  const before = others.filter((node) => nameOf(node) !== 'SubRepresentation');
  const after = others.filter((node) => nameOf(node) === 'SubRepresentation');
  return element('Representation', attributes, [
    ...before,
    element('SegmentTemplate', template, timeline ? [timeline] : []),
    ...after,
  ]);
}

/** Colours and fonts. The page has a ground of its own, so that it can be read where the reader's scheme is not the site's. */
import { fonts } from "./text";

const light = {
  page: "#ffffff",
  border: "#d1d9e0",
  box: "#ffffff",
  strong: "#1f2328",
  plain: "#1f2328",
  soft: "#59636e",
  rule: "#d1d9e0",
  region: "#8c959f",
  regionFill: "#f6f8fa",
  vpc: "#8250df",
  vpcFill: "#f6f0ff",
  subnets: "#1b7c83",
  subnetsFill: "#eefafa",
  guarded: "#9a6700",
  guardedFill: "#ffffff",
  request: "#0969da",
  call: "#cf222e",
  discovery: "#8250df",
  egress: "#1a7f37",
  api: "#bf3989",
  link: "#8250df",
  service: "#bc4c00",
  aws: "#57606a",
  guard: "#9a6700",
};

const dark: typeof light = {
  page: "#0d1117",
  border: "#30363d",
  box: "#161b22",
  strong: "#f0f6fc",
  plain: "#e6edf3",
  soft: "#9da7b3",
  rule: "#30363d",
  region: "#6e7681",
  regionFill: "#11161d",
  vpc: "#a371f7",
  vpcFill: "#191626",
  subnets: "#39c5cf",
  subnetsFill: "#10222a",
  guarded: "#d29922",
  guardedFill: "#0d1a20",
  request: "#58a6ff",
  call: "#ff7b72",
  discovery: "#bc8cff",
  egress: "#3fb950",
  api: "#f778ba",
  link: "#a371f7",
  service: "#f0883e",
  aws: "#9da7b3",
  guard: "#d29922",
};

const family = "system-ui,-apple-system,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif";
const monospace = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

const typography = Object.entries(fonts)
  .map(
    ([name, { size, bold, mono }]) =>
      `.${name}{font-size:${size}px${bold ? ";font-weight:600" : ""}${mono ? `;font-family:${monospace}` : ""}}`,
  )
  .join("");

const colors = (c: typeof light): string => `
.page{fill:${c.page};stroke:${c.border}}
.box{fill:${c.box};stroke:${c.border}}
.rule{stroke:${c.rule}}
text{fill:${c.plain}}
.strong{fill:${c.strong}}.soft{fill:${c.soft}}.guard{fill:${c.guard}}.limit{fill:${c.soft}}
.region .frame{stroke:${c.region};fill:${c.regionFill}}.region .heading{fill:${c.soft}}
.vpc .frame{stroke:${c.vpc};fill:${c.vpcFill}}.vpc .heading{fill:${c.vpc}}
.subnets .frame{stroke:${c.subnets};fill:${c.subnetsFill}}.subnets .heading{fill:${c.subnets}}
.security-group .frame{stroke:${c.guarded};fill:${c.guardedFill}}.security-group .heading{fill:${c.guarded}}
.guarded .box{stroke:${c.guarded}}.shared .box{fill:${c.regionFill}}.shared .accent{opacity:.4}
.chip{fill:${c.page};stroke:${c.border}}.chip+text{fill:${c.soft}}
.chip.own{fill:${c.request};stroke:${c.request}}.chip.own+text{fill:${c.page}}
.plate{fill:${c.page}}
.edge.request{stroke:${c.request}}.edge.discovery{stroke:${c.discovery}}.edge.egress{stroke:${c.egress}}.edge.call{stroke:${c.call}}.edge.control{stroke:${c.service}}
.head.request,text.request{fill:${c.request}}.head.discovery,text.discovery{fill:${c.discovery}}.head.egress,text.egress{fill:${c.egress}}.head.call,text.call{fill:${c.call}}.head.control,text.control{fill:${c.service}}
.accent{fill:${c.aws}}
.api .accent{fill:${c.api}}.link .accent,.registry .accent{fill:${c.link}}.service .accent,.scheduler .accent{fill:${c.service}}
.endpoint .accent,.gateway .accent{fill:${c.egress}}.client .accent{fill:${c.request}}`;

export const style = `text{font-family:${family}}${typography}
.frame{stroke-width:1.2}.region .frame,.security-group .frame,.guarded .box{stroke-dasharray:5 4}
.edge{fill:none;stroke-width:1.6}.edge.request,.edge.call{stroke-width:2.2}.edge.discovery,.edge.control{stroke-dasharray:5 4}
${colors(light)}
@media (prefers-color-scheme:dark){${colors(dark)}
}`;

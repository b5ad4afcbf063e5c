"""The languages, one row each. How their definitions are found stands in ``queries/`` under the names that a row lists.

Everything that is known of one language and not of the others stands in its row or in its queries. How to add one is
told in ``docs/contributing/support-a-language.md``.
"""

from dataclasses import dataclass

from dowse.chunking.chunk import SpaceName

SCRIPT_ELEMENTS = rb"""(?i:<script\b(?:"[^"]*"|'[^']*'|[^"'<>])*>(.*?)(?:</script\s*>|\Z))"""
"""The content of script elements; an attribute may hold ``>``, and the last element may lack its end."""
FRONT_MATTER_AND_SCRIPTS = rb"\A\s*---[ \t]*\n(.*?\n)---[ \t]*$|" + SCRIPT_ELEMENTS
TAGS = rb"<%[-=#!@]?(.*?)(?:[-_]?%>|\Z)"
"""The content of the tags of ERB, EJS and JSP."""
RAZOR_BLOCKS = rb"^[ \t]*@(?:code|functions)\b\s*\{(.*?)^\}"

_DEEP_STRINGS = rb"(?:\"\$\{\s*){200}"


@dataclass(frozen=True, slots=True)
class Language:
    """One language that is indexed. Lists are strings with spaces between."""

    id: str
    """LSP's name for it (``python``, ``typescriptreact`` …)."""
    grammar: str | None = None
    """A grammar of tree-sitter-language-pack; None for prose and for what is cut at blank lines instead."""
    suffixes: str = ""
    names: str = ""
    """Names of files, whatever their suffix."""
    interpreters: str = ""
    """Programs in ``#!`` lines, and names in the mode lines of editors."""
    queries: str = ""
    """Files in ``queries/``: ``NAME.scm`` asks the syntax tree, ``NAME.toml`` the lines. Without any, the tree's
    outermost nodes are packed into runs."""
    space: SpaceName = SpaceName.CODE
    stems: str = ""
    """Names of files to which more may be added: ``Dockerfile.dev``."""
    aliases: str = ""
    """What people, notebooks and fenced code call it besides its id, its suffixes and its interpreters."""
    family: str = ""
    """The language that is written like it, with which its functions are compared as if they were of one."""
    separators: str = "."
    """Signs between the parts of a name, the last of which is the name itself; elsewhere a sign is part of it."""
    comments: str = "slashes"
    """Styles of its comments, of :data:`dowse.chunking.comments.STYLES`."""
    constructors: str = ""
    """Functions that make an object; those named after their type do so everywhere."""
    by_clauses: bool = False
    """Whether one function is written as several neighbouring definitions of one name."""
    embedded_in: bytes = b""
    """For code within another language: what matches holds such code, as its first group that matched."""
    masks: str = ""
    """What the parser is not shown, since the grammar stumbles over it: of :data:`dowse.chunking.masking.MASKS`."""
    too_deep: bytes = b""
    """On a text that matches the grammar's scanner crashes: it keeps what is open in 1,024 bytes, unchecked."""
    lexer: str = ""
    """Its name in Pygments, where that differs from ``id``."""

    @property
    def query_names(self) -> tuple[str, ...]:
        """The names in ``queries``."""
        return tuple(self.queries.split())


_row = Language
_PROSE = SpaceName.PROSE

# fmt: off
LANGUAGES: tuple[Language, ...] = (
    _row("python", "python", "py pyi pyw pyx pxd", "sconstruct sconscript", "pypy uv poetry pipx", "python",
         aliases="py python3", comments="hashes", constructors="__init__"),
    _row("starlark", "starlark", "bzl star bazel", "build workspace buck tiltfile", "", "starlark", comments="hashes",
         lexer="python"),
    _row("javascript", "javascript", "js mjs cjs es6", "jakefile", "node deno bun js", "ecmascript javascript",
         aliases="js", constructors="constructor"),
    _row("javascriptreact", "javascript", "jsx", "", "jsx", "ecmascript javascript", family="javascript",
         constructors="constructor", lexer="jsx"),
    _row("typescript", "typescript", "ts mts cts", "", "ts tsx ts-node", "ecmascript typescript", aliases="ts",
         family="javascript", constructors="constructor"),
    _row("typescriptreact", "tsx", "tsx", "", "", "ecmascript typescript", family="javascript",
         constructors="constructor", lexer="tsx"),
    _row("vue", "typescript", "vue", "", "", "ecmascript typescript", family="javascript", constructors="constructor",
         embedded_in=SCRIPT_ELEMENTS, lexer="html"),
    _row("svelte", "typescript", "svelte", "", "", "ecmascript typescript", family="javascript",
         constructors="constructor", embedded_in=SCRIPT_ELEMENTS, lexer="html"),
    _row("html", "javascript", "html htm xhtml", "", "", "ecmascript javascript", family="javascript",
         constructors="constructor", embedded_in=SCRIPT_ELEMENTS),
    _row("astro", "tsx", "astro", "", "", "ecmascript typescript", family="javascript",
         constructors="constructor", embedded_in=FRONT_MATTER_AND_SCRIPTS, lexer="html"),
    _row("ejs", "javascript", "ejs", "", "", "ecmascript javascript", family="javascript", embedded_in=TAGS,
         lexer="html"),
    _row("java", "java", "java jav", "", "java jbang", "java"),
    _row("jsp", "java", "jsp jspf tag", "", "", "java", family="java", embedded_in=TAGS),
    _row("kotlin", "kotlin", "kt kts", "", "kotlin", "kotlin", too_deep=_DEEP_STRINGS),
    _row("scala", "scala", "scala sc sbt", "", "scala scala-cli amm", "scala"),
    _row("groovy", "groovy", "groovy gradle gvy gsh", "", "groovy", "groovy", stems="jenkinsfile"),
    _row("c", "c", "c h", "", "c tcc", "c c_macros", separators="::", masks="c_conditionals"),
    _row("cpp", "cpp", "cc cpp cxx c++ hh hpp hxx h++ ipp inl tpp ixx cppm tcc", "", "", "c cpp c_macros",
         aliases="c++", family="c", separators="::", masks="c_conditionals cpp_macros"),
    _row("cuda-cpp", "cuda", "cu cuh", "", "", "c cpp c_macros", family="c", separators="::",
         masks="c_conditionals cpp_macros",
         lexer="cuda"),
    _row("arduino", "arduino", "ino", "", "", "c cpp c_macros", family="c", separators="::",
         masks="c_conditionals cpp_macros"),
    _row("opencl", "c", "", "", "", "c c_macros", family="c", separators="::", lexer="c"),
    _row("objective-c", "objc", "m mm", "", "objc", "c objc c_macros", aliases="objective-cpp", family="c",
         separators="::", masks="c_conditionals objc_macros", lexer="objc"),
    _row("csharp", "csharp", "cs csx cake", "", "dotnet-script", "csharp", aliases="c#", masks="csharp_directives",
         lexer="c#"),
    _row("razor", "csharp", "razor cshtml", "", "", "csharp", family="csharp", embedded_in=RAZOR_BLOCKS, lexer="html"),
    _row("fsharp", "fsharp", "fs fsx fsi", "", "fsharpi", "fsharp fsharp_lines", aliases="f#",
         comments="slashes parentheses", lexer="f#"),
    _row("vb", None, "vb vbs bas frm", "", "", "vb", comments="quotes", lexer="vb.net"),
    _row("go", "go", "go", "", "gorun", "go", aliases="golang"),
    _row("rust", "rust", "rs", "", "rust-script cargo", "rust rust_macros", separators="::"),
    _row("swift", "swift", "swift", "", "swift", "swift", constructors="init"),
    _row("ruby", "ruby", "rb rake gemspec ru podspec jbuilder thor rabl",
         "rakefile gemfile guardfile podfile vagrantfile fastfile brewfile capfile dangerfile berksfile appraisals",
         "jruby ruby macruby rake", "ruby", separators=". ::", comments="hashes", constructors="initialize"),
    _row("erb", "ruby", "erb rhtml", "", "", "ruby", family="ruby", separators=". ::", comments="hashes",
         embedded_in=TAGS),
    _row("crystal", None, "cr", "", "crystal", "crystal", separators=". ::", comments="hashes"),
    _row("php", "php", "php phtml php3 php4 php5 phps", "", "php", "php", separators="::",
         comments="slashes hashes", constructors="__construct"),
    _row("lua", "lua", "lua rockspec wlua", ".luacheckrc", "lua luajit luau", "lua lua_lines", separators=". :",
         comments="dashes"),
    _row("luau", "luau", "luau", "", "", "lua lua_lines", family="lua", separators=". :", comments="dashes"),
    _row("elixir", "elixir", "ex exs", "", "elixir", "elixir", aliases="iex", comments="hashes strings",
         by_clauses=True),
    _row("heex", None, "heex eex leex", "", "", "", family="elixir"),
    _row("erlang", "erlang", "erl hrl escript yrl xrl", "rebar.config", "escript", "erlang", separators="",
         comments="percents", by_clauses=True),
    _row("haskell", "haskell", "hs lhs hsc hs-boot", "", "runghc runhaskell stack cabal", "haskell", separators="",
         comments="dashes braces", by_clauses=True),
    _row("purescript", "purescript", "purs", "", "", "purescript", separators="", comments="dashes braces",
         by_clauses=True),
    _row("elm", "elm", "elm", "", "", "elm", separators="", comments="dashes braces"),
    _row("lean", None, "lean", "", "lean", "lean", comments="dashes lean", aliases="lean4"),
    _row("coq", None, "", "", "", "coq", comments="parentheses"),
    _row("zig", "zig", "zig zon", "", "", "zig"),
    _row("shellscript", "bash", "sh bash zsh ksh bats ebuild eclass command",
         ".bashrc .bash_profile .bash_aliases .bash_login .bash_logout .zshrc .zprofile .zshenv .profile pkgbuild "
         "apkbuild configure.ac", "sh bash zsh dash ksh ash busybox bats openrc-run rc mksh", "bash bash_lines",
         aliases="shell", separators="", comments="hashes", lexer="bash"),
    _row("fish", "fish", "fish", "", "fish", "fish", family="shellscript", separators="", comments="hashes"),
    _row("bat", None, "bat cmd", "", "", "bat", aliases="batch", separators="", comments="rem"),
    _row("powershell", "powershell", "ps1 psm1 psd1", "", "pwsh powershell", "powershell powershell_lines",
         aliases="posh",
         separators=":", comments="hashes"),
    _row("awk", None, "awk gawk mawk", "", "awk gawk mawk nawk", "awk", separators="", comments="hashes"),
    _row("sql", "sql", "sql ddl psql pgsql pks pkb plsql prc fnc trg vw pck tps tpb", "", "psql sqlite3", "sql",
         aliases="postgresql mysql tsql", comments="dashes slashes"),
    _row("css", "css", "css", "", "", "css", separators=""),
    _row("scss", "scss", "scss", "", "", "css scss", separators=""),
    _row("less", None, "less", "", "", "", separators=""),
    _row("sass", None, "sass styl", "", "", "", separators=""),
    _row("dart", "dart", "dart", "", "dart", "dart dart_lines"),
    _row("julia", "julia", "jl", "", "julia", "julia", comments="hashes strings"),
    _row("r", "r", "r rsx", ".rprofile", "rscript littler", "r", separators="::", comments="hashes"),
    _row("ocaml", "ocaml", "ml mll mly eliom", "", "ocaml ocamlrun utop", "ocaml", separators="",
         comments="parentheses"),
    _row("ocaml.interface", "ocaml_interface", "mli eliomi", "", "", "ocaml_interface", separators="",
         comments="parentheses", lexer="ocaml"),
    _row("reason", None, "re rei res resi", "", "", "reason", family="ocaml"),
    _row("perl", "perl", "pl pm t psgi", "makefile.pl build.pl cpanfile", "perl", "perl", separators="::",
         comments="hashes", constructors="BUILD new", too_deep=_DEEP_STRINGS),
    _row("raku", None, "raku rakumod rakutest p6 pm6", "", "raku", "raku", family="perl", separators="::",
         comments="hashes"),
    _row("prolog", None, "prolog", "", "swipl", "", separators="", comments="percents"),
    _row("clojure", "clojure", "clj cljs cljc edn", "", "bb clojure", "clojure", separators="", comments="semicolons"),
    _row("lisp", "commonlisp", "lisp lsp asd cl", "", "sbcl clisp", "commonlisp", aliases="common-lisp",
         separators="", comments="semicolons", lexer="common-lisp"),
    _row("scheme", "scheme", "scm ss sld sls", "", "guile chibi csi", "scheme", separators="", comments="semicolons"),
    _row("racket", "racket", "rkt rktl", "", "racket", "scheme", family="scheme", separators="", comments="semicolons"),
    _row("elisp", "elisp", "el", ".emacs", "emacs", "elisp", aliases="emacs-lisp", separators="",
         comments="semicolons", lexer="emacs"),
    _row("fennel", "fennel", "fnl", "", "fennel", "fennel", separators="", comments="semicolons"),
    _row("janet", "janet", "janet", "", "janet", "janet", separators="", comments="hashes", lexer="clojure"),
    _row("nix", "nix", "nix", "", "", "nix", comments="hashes slashes"),
    _row("terraform", "terraform", "tf tfvars", "", "", "hcl", separators="", comments="hashes slashes"),
    _row("hcl", "hcl", "hcl nomad", "", "", "hcl", family="terraform", separators="", comments="hashes slashes"),
    _row("bicep", "bicep", "bicep", "", "", "bicep"),
    _row("proto3", "proto", "proto", "", "protobuf", "proto", aliases="proto", lexer="protobuf"),
    _row("thrift", "thrift", "thrift", "", "", "thrift", comments="slashes hashes"),
    _row("capnp", "capnp", "capnp", "", "", "capnp", comments="hashes"),
    _row("smithy", "smithy", "smithy", "", "", "smithy"),
    _row("graphql", "graphql", "graphql gql graphqls", "", "", "graphql", separators="", comments="hashes strings"),
    _row("prisma", "prisma", "prisma", "", "", "prisma", separators=""),
    _row("solidity", "solidity", "sol", "", "", "solidity"),
    _row("vyper", None, "vy", "", "vyper", "vyper", family="python", comments="hashes", lexer="python"),
    _row("cairo", "cairo", "cairo", "", "", "cairo", separators="::"),
    _row("clarity", "clarity", "clar", "", "", "clarity", separators="", comments="semicolons"),
    _row("gleam", "gleam", "gleam", "", "", "gleam"),
    _row("nim", "nim", "nim nims nimble", "", "nim", "nim nim_lines", separators="", comments="hashes"),
    _row("d", "d", "d di", "", "rdmd dmd", "d"),
    _row("odin", "odin", "odin", "", "", "odin"),
    _row("v", "v", "vsh", "", "v", "v"),
    _row("hare", "hare", "ha", "", "", "hare", separators="::"),
    _row("pony", "pony", "pony", "", "", "pony"),
    _row("haxe", "haxe", "hx", "", "", "haxe", constructors="new"),
    _row("hack", "hack", "hack hhi", "", "hhvm", "hack", separators="::", comments="slashes hashes",
         constructors="__construct"),
    _row("squirrel", "squirrel", "nut", "", "", "squirrel", separators="::"),
    _row("gdscript", "gdscript", "gd", "", "", "gdscript", comments="hashes", constructors="_init"),
    _row("actionscript", "actionscript", "as", "", "", "actionscript"),
    _row("apex", "apex", "apex trigger", "", "", "apex", lexer="java"),
    _row("ada", "ada", "ada adb ads gpr", "", "", "ada", comments="dashes"),
    _row("pascal", "pascal", "pas dpr lpr dpk", "", "instantfpc", "pascal", comments="slashes pascal"),
    _row("fortran-modern", "fortran", "f f77 f90 f95 f03 f08 f18 for ftn fpp", "", "fortran", "fortran",
         aliases="fortran", separators="", comments="exclamations fixed", masks="fortran_columns", lexer="fortran"),
    _row("cobol", None, "cob cbl cpy", "", "", "cobol", separators="", comments="fixed"),  # its grammar may never end
    _row("matlab", "matlab", "mlx", "", "octave", "matlab", comments="percents"),
    _row("verilog", "verilog", "v sv svh vh svi", "", "", "verilog verilog_lines", aliases="systemverilog",
         separators="::", masks="verilog_macros"),
    _row("vhdl", "vhdl", "vhd vhdl", "", "", "vhdl", comments="dashes"),
    _row("tcl", "tcl", "tcl tk xdc sdc", "", "tclsh wish expect", "tcl", separators="::", comments="hashes"),
    _row("vim", "vim", "vim vimrc", ".vimrc .gvimrc _vimrc", "vim", "vim", aliases="viml vimscript", separators="",
         comments="vim"),
    _row("agda", "agda", "agda lagda", "", "", "agda", separators="", comments="dashes braces"),
    _row("rego", "rego", "rego", "", "", "rego", separators="", comments="hashes"),
    _row("puppet", "puppet", "pp epp", "", "puppet", "puppet", separators="", comments="hashes"),
    _row("jsonnet", "jsonnet", "jsonnet libsonnet", "", "", "jsonnet", separators="", comments="slashes hashes"),
    _row("cue", None, "cue", "", "", "", separators=""),
    _row("glsl", "glsl", "glsl vert frag geom comp tesc tese fsh shader", "", "", "c c_macros", family="c"),
    _row("hlsl", "hlsl", "hlsl fx fxh hlsli", "", "", "c cpp c_macros", family="c", separators="::"),
    _row("metal", "cpp", "metal", "", "", "c cpp c_macros", family="c", separators="::",
         masks="c_conditionals cpp_macros",
         lexer="cpp"),
    _row("wgsl", "wgsl", "wgsl", "", "", "wgsl"),
    _row("ispc", "ispc", "ispc isph", "", "", "c c_macros", family="c", separators="::", lexer="c"),
    _row("wat", "wat", "wat wast", "", "", "wat", separators="", comments="semicolons"),
    _row("llvm", "llvm", "ll", "", "", "llvm", separators="", comments="semicolons"),
    _row("tablegen", "tablegen", "td", "", "", "tablegen"),
    _row("asm", "asm", "asm s nasm", "", "", "asm", separators="", comments="semicolons hashes slashes", lexer="nasm"),
    _row("qml", "qmljs", "qml", "", "", "qml"),
    _row("twig", "twig", "twig", "", "", "twig", separators="", comments="tags", lexer="html+twig"),
    _row("jinja", None, "j2 jinja jinja2 njk", "", "", "jinja", separators="", comments="tags hashes",
         lexer="html+jinja"),
    _row("gotmpl", None, "tpl tmpl gotmpl gohtml", "", "", "gotmpl", separators="", comments="mustaches",
         lexer="html"),
    _row("handlebars", None, "hbs handlebars mustache", "", "", "", separators="", comments="mustaches", lexer="html"),
    _row("pug", None, "pug jade haml slim", "", "", "pug", separators=""),
    _row("liquid", None, "liquid", "", "", "", separators="", lexer="html"),
    _row("sparql", "sparql", "sparql rq", "", "", "", separators="", comments="hashes"),
    _row("coffeescript", None, "coffee litcoffee", "cakefile", "coffee", "coffeescript", comments="hashes"),
    _row("feature", None, "feature", "", "", "gherkin", aliases="cucumber gherkin", separators="", comments="hashes",
         lexer="gherkin"),
    _row("robotframework", None, "robot resource", "", "", "robot", separators="", comments="hashes"),
    _row("makefile", "make", "mk mak make am", "gnumakefile bsdmakefile", "make", "make", stems="makefile",
         separators="", comments="hashes"),
    _row("cmake", "cmake", "cmake", "cmakelists.txt", "cmake", "cmake", separators="", comments="hashes"),
    _row("meson", "meson", "", "meson.build meson_options.txt meson.options", "", "meson", separators="",
         comments="hashes"),
    _row("ninja", "ninja", "ninja", "", "", "ninja", separators="", comments="hashes"),
    _row("gn", "gn", "gn gni", "", "", "gn", separators="", comments="hashes"),
    _row("just", None, "just", "justfile .justfile", "just", "just", separators="", comments="hashes"),
    _row("bitbake", "bitbake", "bbclass bbappend", "", "", "bitbake", separators="", comments="hashes", lexer="bash"),
    _row("snakemake", None, "smk", "snakefile", "snakemake", "snakemake", family="python", comments="hashes",
         lexer="python"),
    _row("nextflow", None, "nf", "", "nextflow", "nextflow", family="groovy", lexer="groovy"),
    _row("dockerfile", "dockerfile", "dockerfile", "", "", "dockerfile", stems="dockerfile containerfile",
         aliases="docker", separators="", comments="hashes", lexer="docker"),
    _row("linkerscript", None, "ld lds", "", "", "", separators=""),
    _row("yacc", None, "y yy", "", "", "", family="c", separators="::"),
    _row("lex", None, "l", "", "", "", family="c", separators="::"),
    _row("m4", None, "m4", "", "", "m4", separators="", comments="hashes"),
    _row("yaml", "yaml", "yaml yml", ".clang-format .clang-tidy", "yaml", "yaml yaml_lines", separators="",
         comments="hashes",
         too_deep=rb"^(?:[ \t]|[-?] ){200}"),
    _row("toml", "toml", "toml", "pipfile", "toml", "toml", comments="hashes"),
    _row("ini", "ini", "ini cfg conf cnf desktop service timer socket editorconfig",
         ".editorconfig .gitconfig .gitmodules .pylintrc .flake8 .coveragerc", "ini conf dosini", "ini",
         separators="", comments="hashes semicolons"),
    _row("properties", "properties", "properties", "", "", "", separators="", comments="hashes exclamations"),
    _row("kdl", "kdl", "kdl", "", "", "", separators=""),
    _row("ron", "ron", "ron", "", "", "", separators=""),
    _row("dotenv", None, "env", ".env.example .env.sample .env.template", "", "", separators="", comments="hashes",
         lexer="bash"),
    _row("nginx", None, "", "nginx.conf", "nginx", "nginx", separators="", comments="hashes"),
    _row("gomod", "gomod", "", "go.mod go.work", "", "", separators=""),
    _row("pip-requirements", None, "", "requirements.txt constraints.txt", "", "", separators="", comments="hashes",
         lexer="text"),
    _row("kconfig", "kconfig", "", "", "", "kconfig", stems="kconfig", separators="", comments="hashes"),
    _row("json", "json", "", "package.json composer.json bower.json deno.json turbo.json nx.json lerna.json "
         "angular.json manifest.json app.json vercel.json firebase.json devcontainer.json launch.json tasks.json "
         "global.json renovate.json biome.json", "json", "", stems="appsettings", separators=""),
    _row("jsonc", "json", "jsonc json5", "tsconfig.json jsconfig.json tsconfig.base.json tsconfig.build.json "
         ".eslintrc.json .babelrc", "", "", separators="", lexer="json"),
    _row("xml", "xml", "csproj fsproj vbproj vcxproj props targets xaml xsl xslt xsd wsdl", "pom.xml build.xml "
         "androidmanifest.xml web.xml", "xml", "", separators="", comments="markup"),
    _row("ipynb", None, "ipynb"),
    _row("unknown", None, "", "", "", "", separators="", lexer="text"),
    _row("latex", None, "tex sty ltx", "", "latex", "", _PROSE, separators="", lexer="tex"),
    _row("typst", None, "typ", "", "", "", _PROSE, separators=""),
    _row("markdown", None, "md markdown mdown mkd mdx qmd rmd mdc", "", "markdown", "", _PROSE, separators=""),
    _row("restructuredtext", None, "rst rest", "", "rst", "", _PROSE, separators="", lexer="rst"),
    _row("asciidoc", None, "adoc asciidoc asc", "", "", "", _PROSE, separators=""),
    _row("org", None, "org", "", "org", "", _PROSE, separators=""),
    _row("plaintext", None, "txt text",
         "readme changelog changes history news todo install contributing hacking authors maintainers roadmap", "", "",
         _PROSE, separators="", lexer="text"),
)
# fmt: on

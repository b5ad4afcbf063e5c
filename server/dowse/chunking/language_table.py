"""The languages, as data. How each one's definitions are found is data as well: ``queries/*.scm``."""

from dataclasses import dataclass

from dowse.chunking.chunk import SpaceName


@dataclass(frozen=True, slots=True)
class Language:
    """One language that is indexed.

    ``id`` is LSP's name for it; ``grammar`` a grammar of tree-sitter-language-pack, None for prose and for what is cut
    at blank lines instead (COBOL's grammar never ends on some broken texts). ``queries`` are the files under
    ``queries/`` that find its definitions; without them its top-level nodes are packed into runs. ``suffixes``,
    ``names`` (of files) and ``interpreters`` (of ``#!`` lines and editors' mode lines) are lists with spaces between.
    """

    id: str
    grammar: str | None
    suffixes: str = ""
    names: str = ""
    interpreters: str = ""
    queries: tuple[str, ...] = ()
    space: SpaceName = SpaceName.CODE
    by_clauses: bool = False
    """Whether one function is written as several neighbouring definitions of one name."""
    script_in_markup: bool = False
    """Whether definitions stand in ``<script>`` elements; the grammar is the script's."""


# fmt: off
def _code(language: str, grammar: str | None, suffixes: str = "", names: str = "", interpreters: str = "",
          queries: str = "", *, by_clauses: bool = False, script_in_markup: bool = False) -> Language:
    return Language(language, grammar, suffixes, names, interpreters, tuple(queries.split()), SpaceName.CODE,
                    by_clauses, script_in_markup)


def _prose(language: str, suffixes: str, names: str = "") -> Language:
    return Language(language, None, suffixes, names, space=SpaceName.PROSE)


LANGUAGES: tuple[Language, ...] = (
    _code("python", "python", "py pyi pyw pyx pxd", "sconstruct sconscript", "pypy", "python"),
    _code("starlark", "starlark", "bzl star bazel", "build workspace buck tiltfile", "", "starlark"),
    _code("javascript", "javascript", "js mjs cjs es6", "jakefile", "node deno bun js", "ecmascript javascript"),
    _code("javascriptreact", "javascript", "jsx", "", "jsx", "ecmascript javascript"),
    _code("typescript", "typescript", "ts mts cts", "", "ts tsx", "ecmascript typescript"),
    _code("typescriptreact", "tsx", "tsx", "", "", "ecmascript typescript"),
    _code("vue", "typescript", "vue", "", "", "ecmascript typescript", script_in_markup=True),
    _code("svelte", "typescript", "svelte", "", "", "ecmascript typescript", script_in_markup=True),
    _code("html", "javascript", "html htm xhtml", "", "", "ecmascript javascript", script_in_markup=True),
    _code("astro", "astro", "astro"),
    _code("java", "java", "java", "", "", "java"),
    _code("kotlin", "kotlin", "kt kts", "", "kotlin", "kotlin"),
    _code("scala", "scala", "scala sc sbt", "", "scala", "scala"),
    _code("groovy", "groovy", "groovy gradle gvy", "jenkinsfile", "groovy", "groovy"),
    _code("c", "c", "c h", "", "c", "c"),
    _code("cpp", "cpp", "cc cpp cxx c++ hh hpp hxx h++ ipp inl tcc tpp ixx cppm", "", "c++", "c cpp"),
    _code("cuda-cpp", "cuda", "cu cuh", "", "", "c cpp"),
    _code("arduino", "arduino", "ino", "", "", "c cpp"),
    _code("objective-c", "objc", "m mm", "", "objc", "c objc"),
    _code("csharp", "csharp", "cs csx", "", "", "csharp"),
    _code("fsharp", "fsharp", "fs fsx fsi", "", "", "fsharp"),
    _code("go", "go", "go", "", "", "go"),
    _code("rust", "rust", "rs", "", "", "rust"),
    _code("swift", "swift", "swift", "", "swift", "swift"),
    _code("ruby", "ruby", "rb rake gemspec ru podspec jbuilder",
          "rakefile gemfile guardfile podfile vagrantfile fastfile brewfile capfile", "jruby", "ruby"),
    _code("php", "php", "php phtml php3 php4 php5 inc", "", "", "php"),
    _code("lua", "lua", "lua rockspec", ".luacheckrc", "luajit", "lua"),
    _code("luau", "luau", "luau", "", "", "lua"),
    _code("elixir", "elixir", "ex exs", "", "", "elixir", by_clauses=True),
    _code("erlang", "erlang", "erl hrl escript", "rebar.config", "escript", "erlang", by_clauses=True),
    _code("haskell", "haskell", "hs lhs hsc", "", "runghc runhaskell stack", "haskell", by_clauses=True),
    _code("purescript", "purescript", "purs", "", "", "purescript", by_clauses=True),
    _code("elm", "elm", "elm", "", "", "elm"),
    _code("zig", "zig", "zig zon", "", "", "zig"),
    _code("shellscript", "bash", "sh bash zsh ksh bats ebuild",
          ".bashrc .bash_profile .bash_aliases .zshrc .zprofile .profile pkgbuild configure.ac",
          "sh bash zsh dash ksh ash busybox", "bash"),
    _code("fish", "fish", "fish", "", "", "fish"),
    _code("powershell", "powershell", "ps1 psm1 psd1", "", "pwsh", "powershell"),
    _code("sql", "sql", "sql ddl psql pgsql", "", "", "sql"),
    _code("css", "css", "css", "", "", "css"),
    _code("scss", "scss", "scss", "", "", "css scss"),
    _code("less", None, "less"),
    _code("sass", None, "sass styl"),
    _code("dart", "dart", "dart", "", "", "dart"),
    _code("julia", "julia", "jl", "", "", "julia"),
    _code("r", "r", "r", ".rprofile", "rscript", "r"),
    _code("ocaml", "ocaml", "ml", "", "", "ocaml"),
    _code("ocaml.interface", "ocaml_interface", "mli", "", "", "ocaml_interface"),
    _code("perl", "perl", "pl pm t psgi", "makefile.pl build.pl cpanfile", "", "perl"),
    _code("clojure", "clojure", "clj cljs cljc edn bb", "", "bb", "clojure"),
    _code("lisp", "commonlisp", "lisp lsp cl asd", "", "sbcl", "commonlisp"),
    _code("scheme", "scheme", "scm ss sld", "", "guile", "scheme"),
    _code("racket", "racket", "rkt", "", "", "scheme"),
    _code("elisp", "elisp", "el", ".emacs", "emacs", "elisp"),
    _code("nix", "nix", "nix", "", "", "nix"),
    _code("terraform", "terraform", "tf tfvars", "", "", "hcl"),
    _code("hcl", "hcl", "hcl nomad", "", "", "hcl"),
    _code("bicep", "bicep", "bicep"),
    _code("proto3", "proto", "proto", "", "protobuf", "proto"),
    _code("thrift", "thrift", "thrift"),
    _code("capnp", "capnp", "capnp"),
    _code("smithy", "smithy", "smithy"),
    _code("graphql", "graphql", "graphql gql graphqls", "", "", "graphql"),
    _code("prisma", "prisma", "prisma", "", "", "prisma"),
    _code("solidity", "solidity", "sol", "", "", "solidity"),
    _code("cairo", "cairo", "cairo"),
    _code("gleam", "gleam", "gleam", "", "", "gleam"),
    _code("nim", "nim", "nim nims nimble", "", "", "nim"),
    _code("d", "d", "d di", "", "rdmd", "d"),
    _code("odin", "odin", "odin"),
    _code("v", "v", "vsh"),
    _code("hare", "hare", "ha"),
    _code("pony", "pony", "pony"),
    _code("haxe", "haxe", "hx"),
    _code("hack", "hack", "hack"),
    _code("squirrel", "squirrel", "nut"),
    _code("gdscript", "gdscript", "gd", "", "", "gdscript"),
    _code("actionscript", "actionscript", "as"),
    _code("apex", "apex", "apex trigger", "", "", "apex"),
    _code("ada", "ada", "ada adb ads"),
    _code("pascal", "pascal", "pas pp dpr lpr", "", "", "pascal"),
    _code("fortran-modern", "fortran", "f f77 f90 f95 f03 f08 for", "", "fortran", "fortran"),
    _code("cobol", None, "cob cbl"),
    _code("matlab", "matlab", "mlx", "", "octave", "matlab"),
    _code("verilog", "verilog", "v sv svh vh", "", "", "verilog"),
    _code("vhdl", "vhdl", "vhd vhdl"),
    _code("tcl", "tcl", "tcl tk", "", "tclsh wish expect", "tcl"),
    _code("vim", "vim", "vim", ".vimrc .gvimrc _vimrc", "", "vim"),
    _code("fennel", "fennel", "fnl"),
    _code("janet", "janet", "janet"),
    _code("agda", "agda", "agda"),
    _code("rego", "rego", "rego"),
    _code("puppet", "puppet", "epp"),
    _code("jsonnet", "jsonnet", "jsonnet libsonnet"),
    _code("glsl", "glsl", "glsl vert frag geom comp", "", "", "c"),
    _code("hlsl", "hlsl", "hlsl fx", "", "", "c cpp"),
    _code("wgsl", "wgsl", "wgsl"),
    _code("ispc", "ispc", "ispc"),
    _code("wat", "wat", "wat wast"),
    _code("llvm", "llvm", "ll"),
    _code("tablegen", "tablegen", "td"),
    _code("asm", "asm", "asm s"),
    _code("qml", "qmljs", "qml", "", "", "qml"),
    _code("twig", "twig", "twig"),
    _code("sparql", "sparql", "sparql rq"),
    _code("makefile", "make", "mk mak make am", "makefile gnumakefile bsdmakefile", "make", "make"),
    _code("cmake", "cmake", "cmake", "cmakelists.txt", "", "cmake"),
    _code("meson", "meson", "", "meson.build meson_options.txt meson.options"),
    _code("ninja", "ninja", "ninja"),
    _code("gn", "gn", "gn gni"),
    _code("just", None, "just", "justfile .justfile"),
    _code("dockerfile", "dockerfile", "dockerfile", "dockerfile containerfile"),
    _code("yaml", "yaml", "yaml yml", ".clang-format .clang-tidy", "", "yaml"),
    _code("toml", "toml", "toml", "pipfile", "", "toml"),
    _code("ini", "ini", "ini cfg conf cnf desktop service timer socket editorconfig",
          ".editorconfig .gitconfig .gitmodules", "", "ini"),
    _code("properties", "properties", "properties"),
    _code("dotenv", None, "env", ".env.example .env.sample .env.template"),
    _code("nginx", None, "", "nginx.conf"),
    _code("gomod", "gomod", "", "go.mod go.work"),
    _code("pip-requirements", None, "", "requirements.txt constraints.txt"),
    _code("kconfig", "kconfig", "", "kconfig"),
    _code("json", "json", "", "package.json composer.json bower.json deno.json turbo.json nx.json lerna.json "
          "angular.json manifest.json app.json vercel.json firebase.json devcontainer.json launch.json tasks.json"),
    _code("jsonc", "json", "jsonc json5",
          "tsconfig.json jsconfig.json tsconfig.base.json tsconfig.build.json .eslintrc.json .babelrc"),
    _code("xml", "xml", "csproj fsproj vbproj vcxproj props targets xaml xsl xslt xsd wsdl", "pom.xml build.xml "
          "androidmanifest.xml web.xml"),
    _code("ipynb", None, "ipynb"),
    _prose("latex", "tex"),
    _prose("typst", "typ"),
    _prose("markdown", "md markdown mdown mkd mdx qmd rmd mdc"),
    _prose("restructuredtext", "rst rest"),
    _prose("asciidoc", "adoc asciidoc asc"),
    _prose("org", "org"),
    _prose("plaintext", "txt text",
           "readme changelog changes history news todo install contributing hacking authors maintainers roadmap"),
)
# fmt: on

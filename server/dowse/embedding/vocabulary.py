"""Words that say little, and short forms of words: what the hashing model knows without training."""

STOP_WORDS = frozenset(
    """
    a an and any are as at bash be been being but by can catch class const could cpp def did do does doing elif
    else end except false fn for from func function go golang had has haskell have how i if import in into is it
    its java javascript js julia kotlin let lua may method might must my need new nil no none nor not null of on
    only or our own param params perl php please private public python return returns ruby rust scala self shall
    should so some static such swift than that the their them then there these they this those to too true try
    ts typescript us use used uses using var very void want was way we were what when where which while who whom
    whose why will with would you your
    """.split()
)
"""Function words of English, keywords, and names of languages, which stand in every question about code or in every
chunk's context line."""

COMMON_WORDS = frozenset(
    """
    able abort about above abs absolute acc accept access action active actual actually add added additional
    addr address after again against al algorithm alias all alloc allow allowed allows along alpha already also
    always analysis another anything api appear append application apply appropriate ar arch archive arg args
    argument arguments argv around array arrayref arrays ascii assert assign associated assume async attempt
    attr attribute attributes attrs auth authors auto automatically available avoid back backend backward bad
    bar base based basename basic batch because before begin behavior below best better between bf bias big
    bigint bin binary bit bits blob block blocks body bool boolean both bracket break broken bsd buf buffer
    buffered buffers build builder built builtin bundle byte bytes ca cache cached calculate call callback
    callbacks called caller calling calls cannot capture care case cases cast cause cb ce cert certificate ch
    chain change changed changes channel channels char character characters chars check checked checking checks
    child children chunk classes clean cleanup clear client clone close closed cmd cmp co code codec codes col
    color command commands comment common comp compare compatibility compile compiled compiler complete complex
    compressed compute cond conditions conf config configuration configure connect connection consider
    considered console constant constants construct constructor contain container containing contains content
    contents context continue control convert copy copyright core correct corresponding count counter cp cpu
    create created creates creating crypto ctx cur current currently custom cwd data date db de debug declare
    decode decoder deep default defaults define defined defines definition definitions delete deleted
    dependencies dependent deprecated depth derived desc description descriptor dest destination destroy detail
    details determine dev device diagnostics dict diff different digest digit dim dims dir directly directories
    directory dirname dirs disable disabled disk dispatch display dist distributed distribution div dl doc
    documentation doesn domain don done dot double down drop dst dtype due dummy dump dup during dynamic each ed
    edit either element elements email emit empty en enable enabled enc encode encoded encoder encoding engine
    enough ensure entire entries entry enum env environment eof eq equal equals equivalent er err errno error
    errors es escape escaped etc eval even event events every everything ex exact exactly example examples
    exception exceptions exec executable execution exist existing exists exit exp expand expect expected
    explanation explicit explicitly export exported exports expr expression ext extended extension extensions
    external extra extract factory fail failed fails failure fallback family fast fd feature features fetch
    field fields file filename files fill filter final finally find finish finite first fix fixed flag flags
    flat flatten float floor flush followed following foo force foreach form format formatter forward found fp
    frame free fs full fully functional functions future ge gen general generate generated generator generic get
    gets git given glob global going good got grad graph greater group groups gt guard gzip half handle handled
    handler handles handling happen hard hash having he head header headers help helper here hex hi high hint
    hints home hook host hostname however html id identifier identity idx ie ignore ignored impl implement
    implementation implementations implemented implements implicit implied inc include included includes
    including indent index indicates indices inf infinity info information ing init initial initialize input
    inputs insert inside inst install installed instance instead int integer intended interface internal invalid
    inverse invoked io ip isn iso issues item items iter iterator itself jit jobs join json just keep kernel key
    keys kind know known label language large last later layer layout ld le leading least leave left legacy len
    length less level lib library license licensed licenses like likely limit line lines link links list lists
    literal ll load loaded loader loading loc local locale location lock log long longer look lookup loop low
    lower ls lt mac macro macros made magic main major make makefile makes manager manifest many map mapping
    mark mask match matches matching math max maximum maxsize maybe md me mean means member memory merge message
    meta metadata methods min minimum mismatch missing mod mode modified modify module modules more most move
    moved ms msg mtime much mul multi multiple mutable na name named names namespace native nb nd ne necessary
    needed needs negative nested net never newline next node nodes non norm normal normalize note nothing now ns
    nt num number numbers numeric obj object objects obtain off offset offsets ok old once one ones op open
    operation operations operator operators ops opt optimization optimize option optional options opts order
    orig original os other otherwise out output outside over overload overridden override overrides pack package
    packages pad pair pairs parallel parameter parameters parent parse parsed parser parsing part partial
    particular parts pass passed password patch path paths pattern patterns pending per perform permission
    permissions pi pid pipe pipeline pkg place platform platforms point pointer points policy pool pop port pos
    position positive possible post pr pragma pre precision prefer prefix present preserve pretty prevent
    previous print prior probably problem problems proc process processed processing profile program progress
    project prompt property proto protocol prototype provide provided provides proxy pull purpose push put pv py
    qr query queue random range rather raw re read readable reader reading readline reads ready real reason
    received record recursive redistribute reduce reduction ref reference references regex regexp register
    registered registry regular rel related relative release remaining remote remove removed rename replace
    replaced report represents req request requested requests require required requires res reserved reset
    resolve response rest result resulting results ret returned reverse rfc right rights root round rt rule
    rules run running runs runtime safe same sample save scalar scale scan schema scheme scope script scripts se
    search second seconds section see seek seen sel select selector send sent sep separate separator seq
    sequence server session set sets setting settings setup sha shape share shared shell shift short show side
    sig sign signal signature signatures signed similar simple simply since single size skip skipped slice slow
    small socket software something sort sorted source space sparse spec special specific specified specify
    splice split src ss ssl st stack standard start starting starts startswith stat state stats status std
    stderr stdin stdout step still stop storage store stored str strategy stream streams strict stride string
    stringify strings strip struct structure style sub subclass subs success suffix sum summary super support
    supported supports sure switch sym symbol symbolic symbols sync syntax sys syscall system systems table tag
    tags tail take takes tar target targets te tell temp template temporary tensor tensors term terms test
    testing tests text th thing things though thread threads three through throw time timeout times timestamp
    title tk tls tmp todo token tokens tools top total trace trailing transform tree trying tuple turn two txt
    type typeerror types uid uint undef undefined under underlying unicode union unique unit unix unknown unless
    unlink unpack unsafe unshift unsupported until up update upper uri url usage useful user users usr utf util
    utility utils val valid validate validation value values variable variables various vars ve vec vector ver
    verbose verify version versions via view virtual wait warn warning warnings weak weight weights well whether
    whitespace whole width win window windows within without word words work works wrap wrapper write writer
    writing written wrong xml xxx yes yet yield zero zip
    """.split()
)
"""Words that are frequent in the sources of at least two of Python, JavaScript, C and Perl.

Counted as the share of pieces of 500 characters that hold the word, in the standard library of CPython, npm, system
headers and the Perl library; the language that uses a word most was left out of its count.
"""

LONG_FORMS = dict(
    pair.split(":")
    for pair in """
    addr:address arg:argument args:argument arr:array async:asynchronous attr:attribute attrs:attribute
    auth:authentication avg:average bin:binary bool:boolean buf:buffer calc:calculate cfg:configuration
    char:character chars:character cmd:command cnt:count col:column cols:column compute:calculate
    concat:concatenate conf:configuration config:configuration conn:connection ctx:context cur:current
    curr:current db:database del:delete delim:delimiter desc:description dest:destination
    df:dataframe dict:dictionary dir:directory dirs:directory doc:document docs:document dst:destination
    elem:element elems:element env:environment eq:equal err:error eval:evaluate exc:exception exec:execute
    ext:extension filepath:path fmt:format fname:filename folder:directory freq:frequency func:function
    gen:generate hex:hexadecimal idx:index img:image info:information init:initialize int:integer iter:iterate
    lang:language len:length lib:library lst:list mat:matrix max:maximum mean:average min:minimum mod:module
    msg:message np:numpy num:number nums:number obj:object orig:original param:parameter params:parameter
    passwd:password pct:percent pd:pandas perm:permission perms:permission pkg:package pos:position prev:previous
    proc:process ptr:pointer pwd:password rand:random ref:reference regex:pattern repr:representation
    req:request res:result resp:response ret:result rm:remove sep:separator seq:sequence spec:specification
    src:source stats:statistics str:string sync:synchronize temp:temporary tmp:temporary
    txt:text uniq:unique usr:user util:utility utils:utility val:value vals:value var:variable
    vars:variable vec:vector ver:version
    """.split()
)
"""Short forms that programmers write, and the words that people ask with."""

# Goes up some directories.
function up --argument count
    for i in (seq $count)
        cd ..
    end
end

set -gx EDITOR vim

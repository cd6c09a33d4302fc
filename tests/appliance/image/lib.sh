# What the building scripts share. Sourced.
set -euo pipefail

suite=trixie
export PATH=$PATH:/usr/sbin:/sbin
image_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${CHIMEIN_APPLIANCE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/chimein-appliance}

log() { printf 'kitchen: [%3d s] %s\n' "$SECONDS" "$*" >&2; }

mirror() { # the Debian mirror that this machine uses
    local codename
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$codename" '$1 == codename && $2 == "main" { print $3; exit }'
}

sources() { # the line of sources.list that everything in the image comes from
    local keys=/usr/share/keyrings/debian-archive-keyring.gpg uri
    uri=${CHIMEIN_DEBIAN_MIRROR:-$(mirror)}
    [ -n "$uri" ] || { log "no Debian mirror among apt's sources; name one in CHIMEIN_DEBIAN_MIRROR"; return 1; }
    echo "deb [signed-by=$keys] ${uri%/} $suite main"
}

bootstrap() { # bootstrap DIRECTORY PACKAGE,… [OPTION…]: a Debian tree without manuals and translations
    local directory=$1 packages=$2 proxy
    shift 2
    proxy=$(apt-config shell p Acquire::http::Proxy | sed "s/^p='\(.*\)'$/\1/")
    mmdebstrap --quiet --mode=root --variant=essential \
        --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' --aptopt='APT::Install-Recommends "false"' \
        ${proxy:+--aptopt="Acquire::http::Proxy \"$proxy\""} \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        --include="$packages" "$@" "$suite" "$directory" "$(sources)"
}

listed() { # listed FILE: its words without comments, one a line
    sed 's/#.*//' "$1" | tr -s ' \n' '\n' | sed '/^$/d'
}

release() { # a text that changes whenever a package of the suite does; the last one known when there is no network
    local known=$cache/release uri
    uri=$(sources | awk '{ print $3 }')
    if /usr/lib/apt/apt-helper -o Acquire::Retries=1 download-file "$uri/dists/$suite/InRelease" "$known.new" \
        >/dev/null 2>&1; then
        mv "$known.new" "$known"
    fi
    [ -e "$known" ] || { log "the package mirror cannot be reached"; return 1; }
    sha256sum <"$known"
}

key() { # key TEXT… : what something is made of, as a short name
    printf '%s\n' "$@" | sha256sum | cut -c1-16
}

contents() { # contents FILE…: one line that changes when any of them does, or its mode
    { cat "$@"; stat -c '%a' "$@"; } | sha256sum
}

made() { # made DIRECTORY COMMAND…: has COMMAND fill DIRECTORY (it gets a scratch one as last argument), unless it is there
    local directory=$1
    shift
    if [ ! -d "$directory" ]; then
        rm -rf "$directory.new"
        mkdir -p "$directory.new"
        "$@" "$directory.new" >&2
        mv "$directory.new" "$directory"
    fi
    touch "$directory"
}

forget_old() { # forget_old PREFIX: keeps the two used last
    local old
    find "$cache" -maxdepth 1 -name "$1-*" -printf '%T@ %p\n' | sort -rn | tail -n +3 | cut -d' ' -f2- |
        while read -r old; do rm -rf "$old"; done
}
